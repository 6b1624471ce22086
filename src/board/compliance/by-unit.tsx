import { FINDINGS, type Finding } from '../../disclosure/compliance/finding.js';
import { FINDING_WORDS } from '../../disclosure/files/compliance-sheet.js';
import { Section } from '../cards/card-parts.js';
import { linkIn, type Setting } from '../page.js';
import { Table } from '../table.js';

interface Unit {
  key: string;
  division: string;
  divisionName: string;
  unit: string | null;
  items: Finding[];
}

/** How many of each kind, by place and responsible unit; where there is one alone, the counts above say it. */
export function ByUnit({ setting, items }: { setting: Setting; items: readonly Finding[] }) {
  const { say, lang } = setting;
  const units = unitsOf(items);
  if (units.length < 2) return null;
  const kinds = FINDINGS.filter((kind) => items.some((item) => item.kind === kind));
  return (
    <Section id="units" title={say('按地点和责任单位', 'By place and responsible unit')}>
      <Table
        columns={[
          {
            head: say('地点', 'Place'),
            cell: ({ division, divisionName }) => (
              <a href={linkIn(setting, `/board/${division}/compliance`)}>{divisionName}</a>
            ),
          },
          { head: say('责任单位', 'Responsible unit'), cell: ({ unit }) => unit },
          ...kinds.map((kind) => ({
            head: FINDING_WORDS[kind][lang],
            isNumber: true,
            cell: (unit: Unit) => unit.items.filter((item) => item.kind === kind).length || null,
            total: items.filter((item) => item.kind === kind).length,
          })),
        ]}
        rows={units}
        keyOf={({ key }) => key}
        totals={say('合计', 'Total')}
        empty=""
      />
    </Section>
  );
}

function unitsOf(items: readonly Finding[]): Unit[] {
  const groups = Map.groupBy(items, ({ division, unit }) => `${division} ${unit ?? ''}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, group]) => {
      const [first] = group;
      return first === undefined ? [] : [{ key, ...first, items: group }];
    });
}
