import type { Finding } from '../../disclosure/compliance/finding.js';
import { FINDING_WORDS } from '../../disclosure/files/compliance-sheet.js';
import type { LedgerClient } from '../player/ledger-client.js';
import type { BookRecord } from './book-record.js';
import { drawTable } from './table.js';

/** What the pages of compliance list, of all places of the demo, and where each page is; but the demo records today what was public years ago. */
export async function disclosureFindings(anybody: LedgerClient, books: BookRecord[], url: string): Promise<string> {
  for (const { code, events } of books)
    await anybody.get(`/v1/disclosure/divisions/${code}/notices?book=${code}&minSeq=${events.length - 1}&limit=1`);
  const rows: Finding[] = [];
  for (const province of new Set(books.map(({ code }) => `${code.slice(0, 2)}0000`))) {
    const { items } = await anybody.get<{ items: Finding[] }>(`/v1/disclosure/divisions/${province}/compliance`);
    rows.push(...items.filter(({ kind }) => kind !== 'recorded_late'));
  }
  return drawTable(
    { zh: '公开情况:问题与备查事项', en: 'Compliance: shortcomings, and what is for the record' },
    [
      { head: { zh: '情形', en: '' }, cell: ({ kind }) => FINDING_WORDS[kind].zh },
      { head: { zh: '', en: 'finding' }, cell: ({ kind }) => FINDING_WORDS[kind].en },
      { head: { zh: '地点', en: 'place' }, cell: ({ divisionName }) => divisionName },
      { head: { zh: '公告', en: 'notice' }, cell: ({ title }) => title },
      { head: { zh: '页面', en: 'page' }, cell: ({ division }) => `${url}/board/${division}/compliance` },
    ],
    rows,
  );
}
