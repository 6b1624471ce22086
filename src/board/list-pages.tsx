import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import { dayOf } from '../disclosure/day-of.js';
import { DisclosureReader, type LineFilter, type LineSort } from '../disclosure/disclosure-reader.js';
import type { DivisionSummary, Line, LineKind } from '../disclosure/lines.js';
import { PublishedLines } from '../disclosure/published-lines.js';
import type { DivisionCode } from '../domain/division.js';
import type { Moment } from '../views/engine/moment.js';
import type { PageRequest } from '../views/engine/page.js';
import { byAmount, sumYuan } from './figures.js';
import { LineList } from './line-list.js';
import { type Setting, TAB_OF, tabTitle } from './page.js';
import { PayoutSums, type PeriodSum } from './payout-sums.js';
import { type ByOwner, ownerGroup, Register } from './register.js';
import { renderPage } from './render-page.js';
import { WholeSums } from './whole-sums.js';
import { placeName } from './words.js';

export interface ListQuestion {
  setting: Setting;
  kind: LineKind;
  division: DivisionCode;
  filter: LineFilter;
  sort: LineSort;
  page: PageRequest;
  moment: Moment;
}

const ROWS_ON_A_SCREEN = 8;
/** A sum that no read model keeps is made of so many lines at most. */
const MOST_SUMMED = 2_000;
const AT_ONCE = 500;

/** The lists of a division: above the register of assets and the payouts stand their sums. */
@Injectable()
export class ListPages {
  constructor(
    private readonly lines: DisclosureReader,
    private readonly published: PublishedLines,
    private readonly sums: WholeSums,
  ) {}

  async list(question: ListQuestion): Promise<string> {
    const { setting, kind, division, filter, sort, moment } = question;
    const wanted = setting.kiosk ? { limit: ROWS_ON_A_SCREEN } : question.page;
    const isFirst = wanted.after === undefined;
    const [found, { summary }] = await Promise.all([
      this.published.page({ kind, division, filter, sort, moment }, wanted),
      kind === 'asset' && isFirst ? this.sums.withChildren(division, moment) : this.sums.of(division, moment),
    ]);
    const above = isFirst ? await this.above(question, summary) : null;
    const tab = TAB_OF[kind];
    return renderPage(
      { setting, title: tabTitle(setting, tab), division, tab, kicker: placeName(division) },
      <>
        {above}
        <LineList
          setting={setting}
          kind={kind}
          division={division}
          filter={filter}
          sort={sort}
          page={found}
          summary={summary}
          today={dayOf(moment)}
          isFirst={isFirst}
          {...(above !== null && { heading: setting.say('明细', 'Line by line') })}
        />
      </>,
    );
  }

  private async above(question: ListQuestion, summary: DivisionSummary): Promise<VNode | null> {
    const { setting, kind, filter } = question;
    const isNarrowed = Object.keys(filter).length > 0;
    if (kind === 'asset' && !isNarrowed)
      return <Register setting={setting} summary={summary} byOwner={await this.byOwner(question)} />;
    const policy = filter.category;
    if (kind !== 'payout' || (isNarrowed && (policy === undefined || Object.keys(filter).length > 1))) return null;
    const periods = policy === undefined ? undefined : await this.periods(question);
    return <PayoutSums setting={setting} summary={summary} policy={policy} periods={periods} />;
  }

  private async byOwner(question: ListQuestion): Promise<ByOwner[] | undefined> {
    const assets = await this.standing<'asset'>(question);
    if (assets === undefined) return undefined;
    return [...Map.groupBy(assets, ({ facts }) => ownerGroup(facts.owners))]
      .map(([owner, items]) => ({ owner, count: items.length, amount: sumYuan(items) }))
      .sort(byAmount);
  }

  private async periods(question: ListQuestion): Promise<PeriodSum[] | undefined> {
    const payouts = await this.standing<'payout'>(question);
    if (payouts === undefined) return undefined;
    return [...Map.groupBy(payouts, ({ facts }) => facts.period)]
      .map(([period, items]) => ({ period, count: items.length, amount: sumYuan(items) }))
      .sort((a, b) => (a.period < b.period ? 1 : -1));
  }

  /** All that stand; undefined where there are too many. */
  private async standing<Kind extends LineKind>(question: ListQuestion): Promise<Line<Kind>[] | undefined> {
    const { kind, division, filter, moment } = question;
    const all: Line<Kind>[] = [];
    for (let after: string | undefined; all.length <= MOST_SUMMED; ) {
      const page = { limit: AT_ONCE, ...(after !== undefined && { after }) };
      const sort = { by: 'date', isDescending: true } as const;
      const wanted = { ...filter, status: 'standing' as const };
      const { items, next } = await this.lines.list(kind as Kind, division, wanted, sort, page, moment);
      all.push(...items);
      if (next === null) return all;
      after = next;
    }
    return undefined;
  }
}
