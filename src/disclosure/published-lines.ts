import { Inject, Injectable } from '@nestjs/common';
import { DivisionTable, plainName } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import type { StandingOfNotice } from '../domain/notices/standing.js';
import { SETTINGS, type Settings } from '../settings.js';
import type { Moment } from '../views/engine/moment.js';
import type { PageRequest } from '../views/engine/page.js';
import { dayOf } from './day-of.js';
import { DisclosureReader, type LineFilter, type LinePage, type LineSort } from './disclosure-reader.js';
import type { Line, LineFacts, LineKind, ShownPerson } from './lines.js';
import { ShownPersons } from './shown-persons.js';
import { standingOfFacts } from './standing-of-facts.js';

/** What is said of a line beside what its book holds. */
export interface PublishedFacts extends Omit<LineFacts, 'notice' | 'payout'> {
  notice: LineFacts['notice'] & StandingOfNotice;
  /** Null for a person whose data was erased. */
  payout: Omit<LineFacts['payout'], 'person'> & { person: ShownPerson | null };
}

/** A line as everybody gets it: with where it lies in words, and where it is proven. */
export interface PublishedLine<Kind extends LineKind = LineKind> extends Omit<Line<Kind>, 'facts'> {
  facts: PublishedFacts[Kind];
  divisionName: string;
  /** Its own address, for ever. */
  url: string;
  /** Where the inclusion proof of its entry is. */
  proof: string;
}

export interface PublishedPage<Kind extends LineKind> extends Omit<LinePage<Kind>, 'items'> {
  items: PublishedLine<Kind>[];
}

/** Which lines are asked for. */
export interface LineQuestion<Kind extends LineKind> {
  kind: Kind;
  division: DivisionCode;
  filter: LineFilter;
  sort: LineSort;
  moment: Moment;
}

const MOST_AT_ONCE = 500;

/** Lines for everybody: persons masked, notices as they stand by the calendar. REST, files and feeds all read from here. */
@Injectable()
export class PublishedLines {
  constructor(
    private readonly lines: DisclosureReader,
    private readonly persons: ShownPersons,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async page<Kind extends LineKind>(
    { kind, division, filter, sort, moment }: LineQuestion<Kind>,
    page: PageRequest,
  ): Promise<PublishedPage<Kind>> {
    const found = await this.lines.list(kind, division, filter, sort, page, moment);
    return { ...found, items: await this.published(found.items, moment) };
  }

  /** All of them, some hundreds at a time. */
  async *all<Kind extends LineKind>(question: LineQuestion<Kind>): AsyncGenerator<PublishedLine<Kind>> {
    for (let after: string | undefined; ; ) {
      const { items, next } = await this.page(question, { limit: MOST_AT_ONCE, ...(after !== undefined && { after }) });
      yield* items;
      if (next === null) return;
      after = next;
    }
  }

  async find(kind: LineKind, book: DivisionCode, id: string, moment: Moment): Promise<PublishedLine | undefined> {
    const line = await this.lines.find(kind, book, id, moment);
    return line === undefined ? undefined : (await this.published([line], moment))[0];
  }

  private async published<Kind extends LineKind>(
    lines: readonly Line<Kind>[],
    moment: Moment,
  ): Promise<PublishedLine<Kind>[]> {
    const persons = await this.personsIn(lines);
    const day = dayOf(moment);
    const { publicUrl } = this.settings;
    return lines.map((line) => publishedLine(line, { day, publicUrl, persons: persons.get(line.book) }));
  }

  /** By book, and in it by beneficiary. */
  private async personsIn(lines: readonly Line[]): Promise<Map<string, Map<string, ShownPerson>>> {
    const named = lines.flatMap(({ kind, book, facts }) =>
      kind === 'payout' ? [{ book, beneficiary: (facts as LineFacts['payout']).beneficiary }] : [],
    );
    const byBook = Map.groupBy(named, ({ book }) => book);
    const found = [...byBook].map(async ([book, those]) => {
      const ids = those.map(({ beneficiary }) => beneficiary);
      return [book, await this.persons.of(book, ids)] as const;
    });
    return new Map(await Promise.all(found));
  }
}

interface Publishing {
  /** By which the calendar is read, `YYYY-MM-DD`. */
  day: string;
  publicUrl: string;
  /** By beneficiary; who is not among them is shown as one whose data was erased. */
  persons?: ReadonlyMap<string, ShownPerson> | undefined;
}

export function publishedLine<Kind extends LineKind>(
  line: Line<Kind>,
  { day, publicUrl, persons }: Publishing,
): PublishedLine<Kind> {
  const { kind, book, id, seq, division } = line;
  return {
    ...line,
    facts: publishedFacts(line, day, persons) as PublishedFacts[Kind],
    divisionName: nameOf(division),
    url: `${publicUrl}/v1/disclosure/books/${book}/lines/${kind}/${id}`,
    proof: `${publicUrl}/v1/books/${book}/events/${seq}/proof`,
  };
}

function publishedFacts(
  { kind, facts }: Line,
  day: string,
  persons: ReadonlyMap<string, ShownPerson> | undefined,
): PublishedFacts[LineKind] {
  if (kind === 'notice') {
    const notice = facts as LineFacts['notice'];
    return { ...notice, ...standingOfFacts(notice, day) };
  }
  if (kind === 'payout') {
    const payout = facts as LineFacts['payout'];
    return { ...payout, person: persons?.get(payout.beneficiary) ?? null };
  }
  return facts as PublishedFacts[Exclude<LineKind, 'notice' | 'payout'>];
}

/** A long list names few divisions many times, and to find one the villages of its town are parted. */
const names = new Map<DivisionCode, string>();
const MOST_NAMES = 10_000;

/** The name of a division as those who live there say it; its code where the table does not know it. */
export function nameOf(division: DivisionCode): string {
  const kept = names.get(division);
  if (kept !== undefined) return kept;
  const table = DivisionTable.get();
  const known = table.find(division) ?? table.formerly(division);
  const name = known === undefined ? division : plainName(known.name);
  if (names.size === MOST_NAMES) names.clear();
  names.set(division, name);
  return name;
}
