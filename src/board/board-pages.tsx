import { Injectable } from '@nestjs/common';
import { BearingBooks } from '../disclosure/bearing-books.js';
import { dayOf } from '../disclosure/day-of.js';
import { DisclosureReader } from '../disclosure/disclosure-reader.js';
import type { Line, LineKind } from '../disclosure/lines.js';
import { DivisionTable } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import { drawSankey, type SankeyShape } from '../drawing/sankey.js';
import type { Moment } from '../views/engine/moment.js';
import { Entry } from './entry.js';
import { Home } from './home.js';
import { flowOf } from './money-flow.js';
import type { Setting } from './page.js';
import { renderPage } from './render-page.js';
import { Search } from './search.js';
import { WholeSums } from './whole-sums.js';

/** So many of the notices that stand, the newest, are put in the order in which they end. */
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
    private readonly sums: WholeSums,
  ) {}

  async entry(setting: Setting, { asOf }: Moment): Promise<string> {
    const { below } = await this.books.of('');
    const books = await this.books.openedBy(below, asOf);
    return renderPage(
      { setting, title: setting.say('乡村资金资产公示栏', 'The public board of rural money') },
      <Entry setting={setting} books={books} />,
    );
  }

  async home(setting: Setting, division: DivisionCode, moment: Moment): Promise<string> {
    const day = dayOf(moment);
    const [{ summary, own }, notices] = await Promise.all([
      this.sums.withChildren(division, moment),
      this.standingNotices(division, moment, day),
    ]);
    return renderPage(
      { setting, title: '', division, tab: 'home' },
      <Home setting={setting} summary={summary} own={own} notices={notices} day={day} />,
    );
  }

  /** The drawing on the home page, as SVG. */
  async moneyFlow({ lang }: Setting, division: DivisionCode, moment: Moment, shape: SankeyShape): Promise<string> {
    const { summary } = await this.sums.of(division, moment);
    return drawSankey(flowOf(summary.money, lang), shape);
  }

  async search(setting: Setting, q: string, within: DivisionCode | undefined, moment: Moment): Promise<string> {
    const divisions = DivisionTable.get().search(wordsOf(q), MOST_PLACES);
    const lines = within === undefined || q === '' ? [] : await this.linesNamed(q, within, moment);
    return renderPage(
      { setting, title: setting.say('搜索', 'Search'), division: within },
      <Search setting={setting} found={{ q, within, divisions, lines }} />,
    );
  }

  private async standingNotices(division: DivisionCode, moment: Moment, day: string): Promise<Line<'notice'>[]> {
    const newest = { by: 'date', isDescending: true } as const;
    const posted = { postedOn: day };
    const { items } = await this.lines.list('notice', division, posted, newest, { limit: MOST_NOTICES }, moment);
    return items.sort((a, b) =>
      a.facts.publicTo < b.facts.publicTo ? -1 : a.facts.publicTo > b.facts.publicTo ? 1 : 0,
    );
  }

  private async linesNamed(q: string, within: DivisionCode, moment: Moment): Promise<Line[]> {
    const newest = { by: 'date', isDescending: true } as const;
    const found = await Promise.all(
      SEARCHED.map((kind) => this.lines.list(kind, within, { q }, newest, { limit: MOST_OF_A_KIND }, moment)),
    );
    return found.flatMap(({ items }) => items);
  }
}

function wordsOf(typed: string): string[] {
  return typed.split(/\s+/).filter((word) => word !== '');
}
