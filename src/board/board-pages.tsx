import { Injectable } from '@nestjs/common';
import { BearingBooks } from '../disclosure/bearing-books.js';
import { dayOf } from '../disclosure/day-of.js';
import { DisclosureReader } from '../disclosure/disclosure-reader.js';
import { DivisionSummaries } from '../disclosure/division-summary.js';
import type { DivisionSummary, Line, LineKind } from '../disclosure/lines.js';
import { SumsWithBelow } from '../disclosure/sums-with-below.js';
import { DivisionTable, type FormerDivision, plainName } from '../divisions/division-table.js';
import { DIVISION_PATTERN, type DivisionCode, isWithin } from '../domain/division.js';
import { drawSankey, type SankeyShape } from '../drawing/sankey.js';
import type { Moment } from '../views/engine/moment.js';
import { Entry, Former } from './entry.js';
import { Home } from './home.js';
import { html } from './html.js';
import { flowOf } from './money-flow.js';
import { Page, type Setting } from './page.js';
import { Search } from './search.js';
import { stands } from './standing-notices.js';

/** So many notices are looked through for those that stand. */
const MOST_NOTICES = 200;
const MOST_PLACES = 30;
const MOST_OF_A_KIND = 8;
const SEARCHED: readonly LineKind[] = ['project', 'asset', 'fund', 'notice'];

/** Makes the pages of the board as HTML, whole and readable without scripts. */
@Injectable()
export class BoardPages {
  constructor(
    private readonly books: BearingBooks,
    private readonly lines: DisclosureReader,
    private readonly summaries: DivisionSummaries,
    private readonly together: SumsWithBelow,
  ) {}

  async entry(setting: Setting, { asOf }: Moment): Promise<string> {
    const { below } = await this.books.of('');
    const books = await this.books.openedBy(below, asOf);
    return html(
      <Page setting={setting} title={setting.say('乡村资金资产公示栏', 'The public board of rural money')} path={[]}>
        <Entry setting={setting} books={books} />
      </Page>,
    );
  }

  async home(setting: Setting, division: DivisionCode, moment: Moment): Promise<string> {
    const day = dayOf(moment);
    const [summary, notices, { below }] = await Promise.all([
      this.summaries.of(division, moment),
      this.standingNotices(division, moment, day),
      this.books.of(division),
    ]);
    const others = below.filter((book) => !summary.books.some((counted) => counted.book === book));
    const apart = await this.books.openedBy(others, moment.asOf);
    return html(
      <Page setting={setting} title="" path={DivisionTable.get().path(division)} tab="home">
        <Home
          setting={setting}
          summary={summary}
          notices={notices}
          day={day}
          apart={apart}
          sumsApart={await this.sumsApart(summary, apart, moment)}
          together={await this.together.of(division, moment)}
        />
      </Page>,
    );
  }

  /** The drawing on the home page, as SVG. */
  async moneyFlow({ lang }: Setting, division: DivisionCode, moment: Moment, shape: SankeyShape): Promise<string> {
    const { money } = await this.summaries.of(division, moment);
    return drawSankey(flowOf(money, lang), shape);
  }

  async search(setting: Setting, q: string, within: DivisionCode | undefined, moment: Moment): Promise<string> {
    const divisions = placesOf(q);
    const lines = within === undefined || q === '' ? [] : await this.linesNamed(q, within, moment);
    const path = within === undefined ? [] : DivisionTable.get().path(within);
    return html(
      <Page setting={setting} title={setting.say('搜索', 'Search')} path={path}>
        <Search setting={setting} found={{ q, within, divisions, lines }} />
      </Page>,
    );
  }

  former(setting: Setting, former: FormerDivision): string {
    return html(
      <Page setting={setting} title={plainName(former.name)} path={[]}>
        <Former setting={setting} former={former} />
      </Page>,
    );
  }

  /** Of the divisions right below whose books keep accounts apart from those that are summed here. */
  private async sumsApart({ division, children }: DivisionSummary, apart: readonly DivisionCode[], moment: Moment) {
    const codes = DivisionTable.get()
      .children(division)
      .map(({ code }) => code)
      .filter((code) => apart.some((book) => isWithin(book, code)) && !children.some((child) => child.code === code));
    return Promise.all(codes.map((code) => this.summaries.of(code, moment)));
  }

  private async standingNotices(division: DivisionCode, moment: Moment, day: string): Promise<Line<'notice'>[]> {
    const newest = { by: 'date', isDescending: true } as const;
    const { items } = await this.lines.list('notice', division, {}, newest, { limit: MOST_NOTICES }, moment);
    return items
      .filter((notice) => stands(notice, day))
      .sort((a, b) => (a.facts.publicTo < b.facts.publicTo ? -1 : a.facts.publicTo > b.facts.publicTo ? 1 : 0));
  }

  private async linesNamed(q: string, within: DivisionCode, moment: Moment): Promise<Line[]> {
    const newest = { by: 'date', isDescending: true } as const;
    const found = await Promise.all(
      SEARCHED.map((kind) => this.lines.list(kind, within, { q }, newest, { limit: MOST_OF_A_KIND }, moment)),
    );
    return found.flatMap(({ items }) => items);
  }
}

/** By code, also a former one's successors; else by name. */
function placesOf(q: string) {
  const table = DivisionTable.get();
  if (!DIVISION_PATTERN.test(q))
    return table.search(
      q.split(/\s+/).filter((word) => word !== ''),
      MOST_PLACES,
    );
  const division = table.find(q);
  return division === undefined ? (table.formerly(q)?.successors ?? []) : [division];
}
