import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { DisclosureReader, type LineFilter, type LineSort } from '../disclosure/disclosure-reader.js';
import { DivisionSummaries } from '../disclosure/division-summary.js';
import type { LineKind } from '../disclosure/lines.js';
import { DivisionTable } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import type { Moment } from '../views/engine/moment.js';
import type { PageRequest } from '../views/engine/page.js';
import { Home } from './home.js';
import { LineList } from './line-list.js';
import { Page, type Setting, TAB_OF, tabTitle } from './page.js';

/** Makes the pages of the board as HTML, whole and readable without scripts. */
@Injectable()
export class BoardPages {
  constructor(
    private readonly lines: DisclosureReader,
    private readonly summaries: DivisionSummaries,
  ) {}

  async home(setting: Setting, division: DivisionCode, moment: Moment): Promise<string> {
    const summary = await this.summaries.of(division, moment);
    return html(
      <Page setting={setting} title="" path={DivisionTable.get().path(division)} tab="home">
        <Home setting={setting} summary={summary} />
      </Page>,
    );
  }

  async list(
    setting: Setting,
    kind: LineKind,
    division: DivisionCode,
    filter: LineFilter,
    sort: LineSort,
    page: PageRequest,
    moment: Moment,
  ): Promise<string> {
    const found = await this.lines.list(kind, division, filter, sort, page, moment);
    const tab = TAB_OF[kind];
    return html(
      <Page setting={setting} title={tabTitle(setting, tab)} path={DivisionTable.get().path(division)} tab={tab}>
        <LineList setting={setting} kind={kind} division={division} page={found} />
      </Page>,
    );
  }
}

function html(page: VNode): string {
  return `<!doctype html>${render(page)}`;
}
