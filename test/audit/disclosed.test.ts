import fc from 'fast-check';
import { MADE_LINES, STORED, type StoredTable } from '../../src/audit/bundle/stored-tables.js';
import { columnsOf, rowWriter } from '../../src/audit/bundle/table-rows.js';
import { asBytes } from '../../src/audit/byte-text.js';
import { saidByEntry } from '../../src/audit/disclosure/made-lines.js';
import { EventAudit } from '../../src/audit/event-audit.js';
import { PublishedRows } from '../../src/audit/published.js';
import type { Kind } from '../../src/audit/published-kinds.js';
import type { BookEvent } from '../../src/domain/event.js';
import { canonical } from '../../src/event-store/canonical.js';
import { disclosureView } from '../../src/views/disclosure/disclosure.js';
import { counts, lines, members, money, objections } from '../../src/views/disclosure/disclosure-tables.js';
import { RowSet } from '../../src/views/engine/row-set.js';
import type { Table } from '../../src/views/engine/table.js';
import { readEvent } from '../support/byte-line.js';
import { variedHistory } from '../support/recorded-history.js';

const MADE_ONCE = ['allocation', 'income', 'integration', 'payout'];

/** A row of the reducer as the database would give it to the writer of a bundle, and he writes it. */
function written(stored: StoredTable, table: Table<object>, row: object): string {
  const plain = columnsOf(stored).map(([name, , column]) => {
    const { property = '' } = table.columns.find((one) => one.name === column) ?? {};
    const value: unknown = Reflect.get(row, property) ?? null;
    // The database has microseconds.
    if (value instanceof Date) return [name, value.toISOString().replace('Z', '000Z')];
    return [name, typeof value === 'bigint' ? String(value) : value];
  });
  return asBytes(canonical(rowWriter(stored)(Object.fromEntries(plain))));
}

function folded(book: string, events: readonly BookEvent[]) {
  const rows = new RowSet(book, { isWhole: true });
  for (const event of events) rows.take(disclosureView, event);
  const all = [...rows.all(lines)];
  const once = all.filter(({ kind }) => MADE_ONCE.includes(kind));
  const of = (kind: Kind, table: Table<object>, found: Iterable<object>) =>
    [...found].map((row) => written(STORED[kind], table, row)).sort();
  return {
    line: once.map((row) => written(MADE_LINES, lines, row)).sort(),
    disclosureLine: of(
      'disclosureLine',
      lines,
      all.filter((row) => !once.includes(row)),
    ),
    struckLine: of(
      'struckLine',
      lines,
      once.filter(({ status }) => status === 'reversed'),
    ),
    disclosureMember: of('disclosureMember', members, rows.all(members)),
    disclosureMoney: of(
      'disclosureMoney',
      money,
      [...rows.all(money)].filter(({ amountFen }) => amountFen !== 0n),
    ),
    disclosureCount: of(
      'disclosureCount',
      counts,
      [...rows.all(counts)].filter(({ count }) => count !== 0),
    ),
    objection: of('objection', objections, rows.all(objections)),
  };
}

function audited(book: string, events: readonly BookEvent[]) {
  const audit = new EventAudit(book);
  const line: string[] = [];
  for (const event of events) {
    audit.take(readEvent(asBytes(canonical(event))));
    for (const parts of audit.linesMade()) {
      const { line: made } = JSON.parse(parts.join('')) as { line: object };
      line.push(canonical({ ...saidByEntry(audit.last?.event as BookEvent), ...made }));
    }
  }
  const published = new PublishedRows(book, audit);
  const of = (kind: Kind) => {
    const list = published.of(kind);
    return Array.from({ length: list.length }, (_, at) => list.parts(at).join('')).sort();
  };
  return {
    line: line.sort(),
    disclosureLine: of('disclosureLine'),
    struckLine: of('struckLine'),
    disclosureMember: of('disclosureMember'),
    disclosureMoney: of('disclosureMoney'),
    disclosureCount: of('disclosureCount'),
    objection: of('objection'),
  };
}

test('what the audit makes of any history is what the read model discloses of it, to the byte', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      for (const [book, events] of Map.groupBy(variedHistory(seed, 4), (event) => event.book)) {
        const expected = folded(book, events);
        const found: Record<string, string[]> = audited(book, events);
        for (const [kind, rows] of Object.entries(expected)) {
          expect([kind, found[kind]?.filter((row) => !rows.includes(row))]).toEqual([kind, []]);
          expect([kind, found[kind]?.length]).toEqual([kind, rows.length]);
          seen[kind] = (seen[kind] ?? 0) + rows.length;
        }
      }
    }),
    { numRuns: 12 },
  );
  expect(Object.values(seen).every((count) => count > 20)).toBe(true);
});
