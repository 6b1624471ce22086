import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { AssetIncomes } from '../disclosure/asset-income.js';
import { BearingBooks } from '../disclosure/bearing-books.js';
import { DisclosureReader } from '../disclosure/disclosure-reader.js';
import type { Line } from '../disclosure/lines.js';
import { ProjectLives } from '../disclosure/project-life.js';
import { ShownPersons } from '../disclosure/shown-persons.js';
import type { DivisionCode } from '../domain/division.js';
import { Refusal } from '../domain/refusal.js';
import { drawSankey, type SankeyShape } from '../drawing/sankey.js';
import { sankeyOf } from '../drawing/trace-sankey.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { AssetQuery } from '../views/assets/assets-query.js';
import type { Moment } from '../views/engine/moment.js';
import type { PageRequest } from '../views/engine/page.js';
import { FundQuery } from '../views/funds/fund-query.js';
import { ProjectQuery } from '../views/projects/projects-query.js';
import type { Trace } from '../views/trace/trace.js';
import { TraceQuery, type TraceTarget } from '../views/trace/trace-query.js';
import { AssetCard } from './cards/asset-card.js';
import { FundCard } from './cards/fund-card.js';
import { ProjectCard } from './cards/project-card.js';
import type { Setting } from './page.js';
import { renderPage } from './render-page.js';
import { FUND_LEVEL_WORDS, placeName, wordOf } from './words.js';

/** Which one thing of a book a page is about, seen from a division. */
export interface CardTarget {
  division: DivisionCode;
  book: DivisionCode;
  id: string;
}

/** A page or a drawing. */
export interface Card {
  text: string;
  /**
   * It tells of persons, who may be erased, or of a book that does not bear on the division: it may change though no book that does
   * has moved.
   */
  changesByItself: boolean;
}

const MOST_NOTICES = 100;
const NEWEST = { by: 'date', isDescending: true } as const;
/** All books are disclosed. */
const ANY_BOOK = () => true;

/** The pages of a fund, a project, an asset. Refusals: book_unknown, fund_unknown, project_unknown, asset_unknown. */
@Injectable()
export class CardPages {
  constructor(
    private readonly books: BearingBooks,
    private readonly queries: QueryBus,
    private readonly lines: DisclosureReader,
    private readonly lives: ProjectLives,
    private readonly incomes: AssetIncomes,
    private readonly persons: ShownPersons,
    private readonly store: EventStore,
  ) {}

  async fund(setting: Setting, target: CardTarget, page: PageRequest, moment: Moment): Promise<Card> {
    const bearing = await this.mustBear(target);
    const { division, book, id } = target;
    const [fund, trace] = await Promise.all([
      this.queries.execute(new FundQuery(book, id, moment, page)),
      this.trace(target, 'fund', moment),
    ]);
    const kicker = `${setting.say('资金', 'Fund')} · ${wordOf(FUND_LEVEL_WORDS, fund.level, setting.lang)} · ${placeName(book)}`;
    const documents = await this.documents(book, fund.entry.seq);
    const text = renderPage(
      { setting, division, title: fund.name, tab: 'funds', kicker },
      <FundCard setting={setting} division={division} book={book} fund={fund} documents={documents} trace={trace} />,
    );
    const told = [...booksOf(trace), ...fund.dispatches.map(({ toBook }) => toBook)];
    return { text, changesByItself: isBeyond(told, bearing) };
  }

  async project(setting: Setting, target: CardTarget, moment: Moment): Promise<string> {
    await this.mustBear(target);
    const { division, book, id } = target;
    const [project, life] = await Promise.all([
      this.queries.execute(new ProjectQuery(book, id, moment)),
      this.lives.of(book, id, moment),
    ]);
    const [documents, notices] = await Promise.all([
      this.documents(book, project.entry.seq),
      this.noticesOf(book, id, moment),
    ]);
    const kicker = `${setting.say('项目', 'Project')} · ${project.category} · ${placeName(project.division)}`;
    return renderPage(
      { setting, division, title: project.name, tab: 'projects', kicker },
      <ProjectCard
        setting={setting}
        division={division}
        book={book}
        project={project}
        documents={documents}
        life={life}
        notices={notices}
      />,
    );
  }

  async asset(setting: Setting, target: CardTarget, ownersOn: string | undefined, moment: Moment): Promise<Card> {
    const bearing = await this.mustBear(target);
    const { division, book, id } = target;
    const [asset, trace] = await Promise.all([
      this.queries.execute(new AssetQuery(book, id, moment)),
      this.trace(target, 'asset', moment),
    ]);
    const households = asset.ownerships.flatMap(({ owners }) => owners.filter(({ kind }) => kind === 'household'));
    const [documents, income, persons, project] = await Promise.all([
      this.documents(book, asset.entry.seq),
      this.incomes.of(book, id, moment),
      this.persons.of(
        book,
        households.map((owner) => owner.id),
      ),
      asset.project === null ? undefined : this.lines.find('project', book, asset.project, moment),
    ]);
    const kicker = `${setting.say('资产', 'Asset')} · ${asset.category} · ${placeName(asset.division)}`;
    const text = renderPage(
      { setting, division, title: asset.name, tab: 'assets', kicker },
      <AssetCard
        setting={setting}
        division={division}
        book={book}
        asset={asset}
        documents={documents}
        projectName={project?.title}
        trace={trace}
        income={income}
        persons={persons}
        ownersOn={ownersOn}
      />,
    );
    return { text, changesByItself: households.length > 0 || isBeyond(booksOf(trace), bearing) };
  }

  /** The drawing of where money went or came from, as SVG. */
  async flow(target: CardTarget, kind: TraceTarget['kind'], moment: Moment, shape: SankeyShape): Promise<Card> {
    const bearing = await this.mustBear(target);
    const trace = await this.trace(target, kind, moment);
    return { text: await drawSankey(sankeyOf(trace), shape), changesByItself: isBeyond(booksOf(trace), bearing) };
  }

  private trace({ book, id }: CardTarget, kind: TraceTarget['kind'], moment: Moment) {
    return this.queries.execute(new TraceQuery(book, { kind, id }, moment, ANY_BOOK));
  }

  /** Returns the books that bear on the division; a page of it is of one of these. */
  private async mustBear({ division, book }: CardTarget): Promise<ReadonlySet<string>> {
    const { above, below } = await this.books.of(division);
    const bearing = new Set([...above, ...below]);
    if (bearing.has(book)) return bearing;
    throw new Refusal('book_unknown', `No book ${book} bears on division ${division}.`);
  }

  private async documents(book: DivisionCode, seq: number): Promise<string[]> {
    const [stored] = await this.store.read(book, seq, 1);
    return stored === undefined ? [] : parseEvent(stored).documents;
  }

  /** Those that were published of the project. */
  private async noticesOf(book: DivisionCode, project: string, moment: Moment): Promise<Line<'notice'>[]> {
    const of = { book, project };
    const { items } = await this.lines.list('notice', book, of, NEWEST, { limit: MOST_NOTICES }, moment);
    return items;
  }
}

/** Those that a trace looked into: money that left for a book may arrive there yet. */
function booksOf({ books }: Trace): string[] {
  return books.map(({ book }) => book);
}

function isBeyond(told: readonly string[], bearing: ReadonlySet<string>): boolean {
  return told.some((book) => !bearing.has(book));
}
