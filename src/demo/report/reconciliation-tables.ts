import type { Outcome } from '../fixtures/check.js';
import type { Scenario, Words } from '../fixtures/step.js';
import type { Finding } from './integrity.js';
import { type Reconciled, type Recorded, reconcile } from './reconcile.js';
import { drawTable, drawTitle } from './table.js';

export interface ScenarioReconciled {
  scenario: Scenario;
  lines: Reconciled[];
}

const MARKS: Record<Outcome, Words> = {
  equal: { zh: '✓ 一致', en: 'equal' },
  rounded: { zh: '≈ 舍入', en: 'rounded' },
  differs: { zh: '✗ 不符', en: 'differs' },
};

export function reconcileAll(scenarios: Scenario[], recorded: Recorded): ScenarioReconciled[] {
  return scenarios.map((scenario) => ({ scenario, lines: scenario.checks.map((check) => reconcile(check, recorded)) }));
}

/** What a source states beside what its book recorded; a difference is shown, never smoothed over. */
export function drawReconciliation({ scenario, lines }: ScenarioReconciled): string {
  return drawTable(
    { zh: `对账:${scenario.title.zh}`, en: `Reconciliation: ${scenario.title.en}` },
    [
      { head: { zh: '项目', en: 'subject' }, cell: ({ subject }) => subject.zh },
      { head: { zh: '', en: '' }, cell: ({ subject }) => subject.en },
      { head: { zh: '来源所载', en: 'stated' }, cell: ({ stated }) => stated, isFigure: true },
      { head: { zh: '账本所记', en: 'recorded' }, cell: ({ recorded }) => recorded, isFigure: true },
      { head: { zh: '差额', en: 'difference' }, cell: ({ difference }) => difference, isFigure: true },
      { head: { zh: '结果', en: 'mark' }, cell: ({ outcome }) => `${MARKS[outcome].zh} ${MARKS[outcome].en}` },
    ],
    lines,
  );
}

export function drawIntegrity(findings: Finding[]): string {
  const lines = findings.map(({ claim, looked, contradictions }) => {
    const mark = contradictions.length === 0 ? '✓' : '✗';
    const found = contradictions.length === 0 ? '' : `: ${contradictions.slice(0, 5).join(', ')}`;
    return `  ${mark} ${claim.zh} · ${claim.en} (${looked})${found}`;
  });
  return [
    drawTitle({ zh: '完整性(由演示自行从 /events 计算)', en: 'Integrity, computed by the demo from /events' }),
    ...lines,
    '',
  ].join('\n');
}
