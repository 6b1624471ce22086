import { asBytes } from '../../src/audit/byte-text.js';
import { ServiceSums } from '../../src/audit/disclosure/service-sums.js';
import { EventAudit } from '../../src/audit/event-audit.js';
import { PublishedRows } from '../../src/audit/published.js';
import type { Fields } from '../../src/audit/row-misfit.js';
import type { BookEvent } from '../../src/domain/event.js';
import { canonical } from '../../src/event-store/canonical.js';
import { readEvent } from '../support/byte-line.js';
import { COUNTY, countyHistory } from '../support/sealed-book.js';

type Sums = Record<'money' | 'counts', Fields[]>;
type Page = Sums & { books: object[]; children: (Sums & { code: string })[] };

const history = countyHistory(5, 300);
const seq = history.length - 1;
const [town = ''] = divisionsOf(history).filter((code) => code.length === 9);
/** A town that the register does not know, with all that lies in it. */
const NOWHERE = '640121999';

test('a division that is not in the register is held against what the page of the one above it has', async () => {
  const { sums, pages } = given(moved(town, NOWHERE));
  expect(pages.delete(NOWHERE)).toBe(true);
  expect(await sums.compare()).toBeUndefined();
  expect(sums.notCompared.map(({ division }) => division)).not.toContain(NOWHERE);
  expect(sums.compared + sums.notCompared.length).toBe(divisionsOf(moved(town, NOWHERE)).length);

  const lying = given(moved(town, NOWHERE));
  const listed = lying.pages.get(COUNTY)?.children.find(({ code }) => code === NOWHERE);
  for (const row of listed?.counts ?? []) row.count = 999;
  lying.pages.delete(NOWHERE);
  expect(await lying.sums.compare()).toMatchObject({
    path: expect.stringContaining(`disclosure_counts[${NOWHERE}]`),
    found: '999',
  });
});

test('a division of the register without a page is a difference', async () => {
  const { sums, pages } = given(history);
  pages.delete(town);
  expect(await sums.compare()).toMatchObject({ path: `divisions[${town}]`, found: 'nothing' });
});

test('where other books have a part in every page, that nothing could be said is told of each division', async () => {
  const { sums, pages } = given(history);
  for (const page of pages.values()) page.books.push({ book: '640100', seq: 3 });
  expect(await sums.compare()).toBeUndefined();
  expect(sums.compared).toBe(0);
  expect(sums.notCompared.map(({ division }) => division)).toEqual(divisionsOf(history));
});

test.each<[string, (children: Page['children']) => void]>([
  ['left out', (children) => children.splice(0, 1)],
  [
    'made up',
    (children) => children.push({ code: NOWHERE, money: [], counts: [{ kind: 'payout', category: '', count: 1 }] }),
  ],
  ['no division', (children) => children.push({ code: NOWHERE, money: [], counts: [{}] })],
])('a division that is %s among those below another', async (_, change) => {
  const { sums, pages } = given(history);
  change(pages.get(COUNTY)?.children ?? []);
  expect(await sums.compare()).toMatchObject({ path: expect.stringMatching(/^disclosure_(money|counts)\[/) });
});

/** What the entries give, and a service that says so, but that other books may have a part in it. */
function given(events: readonly BookEvent[]): { sums: ServiceSums; pages: Map<string, Page> } {
  const published = publishedOf(events);
  const pages = new Map<string, Page>();
  const [money, counts] = [rowsOf(published, 'disclosureMoney'), rowsOf(published, 'disclosureCount')];
  const ofDivision = (code: string) => ({
    money: money.filter(({ division }) => division === code).map((row) => ({ ...row })),
    counts: counts.filter(({ division }) => division === code).map((row) => ({ ...row })),
  });
  for (const code of divisionsOf(events)) {
    const below = divisionsOf(events).filter((other) =>
      [...money, ...counts].some(({ division, parent }) => division === other && parent === code),
    );
    const children = below.map((child) => ({ code: child, ...ofDivision(child) }));
    pages.set(code, { books: [{ book: COUNTY, seq }], ...ofDivision(code), children });
  }
  const json = async (path: string) => pages.get(/^\/divisions\/(\d+)/.exec(path)?.[1] ?? '') as Fields | undefined;
  return { sums: new ServiceSums(published, { book: COUNTY, seq, recordedAt: '', json }), pages };
}

function publishedOf(events: readonly BookEvent[]): PublishedRows {
  const audit = new EventAudit(COUNTY);
  for (const event of events) audit.take(readEvent(asBytes(canonical(event))));
  return new PublishedRows(COUNTY, audit);
}

function rowsOf(published: PublishedRows, kind: 'disclosureMoney' | 'disclosureCount'): Fields[] {
  return [...published.rows(kind)].map((row) => row.fields() as Fields);
}

/** Of which there are sums. */
function divisionsOf(events: readonly BookEvent[]): string[] {
  const published = publishedOf(events);
  const rows = [...rowsOf(published, 'disclosureMoney'), ...rowsOf(published, 'disclosureCount')];
  return [...new Set(rows.map(({ division }) => String(division)))].sort();
}

function moved(from: string, to: string): BookEvent[] {
  return JSON.parse(JSON.stringify(history).replaceAll(from, to)) as BookEvent[];
}
