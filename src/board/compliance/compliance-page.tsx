import { Injectable } from '@nestjs/common';
import { type Compliance, ComplianceReader } from '../../disclosure/compliance/compliance-reader.js';
import {
  type Finding,
  type FindingKind,
  isShortcoming,
  REMARKS,
  SHORTCOMINGS,
} from '../../disclosure/compliance/finding.js';
import { FINDING_WORDS } from '../../disclosure/files/compliance-sheet.js';
import type { DivisionCode } from '../../domain/division.js';
import type { Moment } from '../../views/engine/moment.js';
import { FileLinks } from '../file-links.js';
import { type Setting, tabTitle } from '../page.js';
import { renderPage } from '../render-page.js';
import { placeName } from '../words.js';
import { ByUnit } from './by-unit.js';
import { Findings } from './findings.js';

/** What a division and all below it owe the public, and what an auditor looks at beside it. */
@Injectable()
export class CompliancePage {
  constructor(private readonly compliance: ComplianceReader) {}

  async of(setting: Setting, division: DivisionCode, moment: Moment): Promise<string> {
    const compliance = await this.compliance.of(division, moment);
    return renderPage(
      { setting, title: tabTitle(setting, 'compliance'), division, tab: 'compliance', kicker: placeName(division) },
      <Whole setting={setting} division={division} compliance={compliance} />,
    );
  }
}

interface WholeProps {
  setting: Setting;
  division: DivisionCode;
  compliance: Compliance;
}

function Whole({ setting, division, compliance: { items, books } }: WholeProps) {
  const { say } = setting;
  const amiss = items.filter(({ kind }) => isShortcoming(kind));
  return (
    <>
      <p class="lead">
        {amiss.length === 0
          ? say('该公开的都按时公开了，没有发现问题。', 'All that was due was disclosed in time; nothing is amiss.')
          : say(
              '该公开而没有按规定公开的，都列在这里，由账本自动查出。',
              'What was not disclosed as it should have been, found in the book by itself.',
            )}
      </p>
      <Counts setting={setting} kinds={SHORTCOMINGS} items={items} />
      <Findings setting={setting} division={division} kinds={SHORTCOMINGS} items={items} />
      <section aria-labelledby="remarks">
        <header>
          <h2 id="remarks">{say('备查事项', 'For the record')}</h2>
          <span class="quiet">
            {say(
              '不是问题，审计时应当看到：更正、撤回、补录的公告，收到的异议、举报及答复。',
              'Nothing amiss, but for an auditor to see: what was corrected, withdrawn, recorded late, objected to and answered.',
            )}
          </span>
        </header>
        <Counts setting={setting} kinds={REMARKS} items={items} />
      </section>
      <Findings setting={setting} division={division} kinds={REMARKS} items={items} />
      <ByUnit setting={setting} items={items} />
      <div class="pages">
        <FileLinks
          setting={setting}
          path={`/v1/disclosure/divisions/${division}/compliance`}
          formats={['csv', 'xlsx']}
        />
        <span class="quiet">
          {say(
            `查了 ${books.length} 个账套的全部记录和公告`,
            `All entries and notices of ${books.length} ${books.length === 1 ? 'book' : 'books'} were looked through`,
          )}
        </span>
      </div>
    </>
  );
}

interface CountsProps {
  setting: Setting;
  kinds: readonly FindingKind[];
  items: readonly Finding[];
}

function Counts({ setting: { say, lang }, kinds, items }: CountsProps) {
  const counted = kinds.map((kind) => ({ kind, count: items.filter((item) => item.kind === kind).length }));
  return (
    <dl class="key">
      {counted.map(({ kind, count }) => (
        <div key={kind}>
          <dt>{FINDING_WORDS[kind][lang]}</dt>
          <dd>
            <span class={count > 0 && isShortcoming(kind) ? 'big amiss' : 'big'}>
              {count.toLocaleString('en')}
              <span class="unit">{say('件', count === 1 ? 'case' : 'cases')}</span>
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
