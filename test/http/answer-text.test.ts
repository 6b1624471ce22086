import { serialize } from 'node:v8';
import { answerText } from '../../src/http/postings/answer-text.js';
import { receiptText } from '../../src/log/receipt-text.js';
import type { Posted } from '../../src/posting/post-entry.js';

const NOTE = '127.0.0.1:3000/log/640100\n18\nCsUYap+/Pj0=\n\n— 127.0.0.1:3000/log Az3grlg=\n';

const entry = { book: '640100', seq: 17, recordedAt: '2016-07-13T01:02:03.004Z' };

function receipt(proof: string[], checkpoint: string) {
  return { book: '640100', seq: 17, leafHash: 'CsUYap+/Pj0=', checkpoint, proof };
}

function posted(id: string, of = receipt(['AAA='], NOTE), told?: object): Posted {
  return { ...entry, id, receipt: receiptText(of), replayed: false, ...(told !== undefined && { told }) };
}

it.each([
  ['an entry with a proof', 'F-1', receipt(['AAA=', 'BBB='], NOTE), undefined],
  ['the first entry of a book', '640100', receipt([], NOTE), undefined],
  ['names that JSON and HTTP write otherwise', '"\\\n𠮷', receipt(['AAA='], `${NOTE}县"\\`), undefined],
  ['what is told besides', 'N-1', receipt(['AAA='], NOTE), { rows: ['“县”', 1], standsUntil: null }],
])('writes %s as JSON in ASCII', (_, id, of, told) => {
  const text = answerText(posted(id, of, told));
  expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(text)).toEqual({ id, ...entry, receipt: of, ...told });
  expect(Object.keys(JSON.parse(text)).slice(0, 5)).toEqual(['id', 'book', 'seq', 'recordedAt', 'receipt']);
});

/** What V8 writes before a text that it keeps with one byte a character. */
const ONE_BYTE = '"'.charCodeAt(0);

it('has one byte a character, so that it is sent as it is', () => {
  const [, , kind] = serialize(answerText(posted('F-1')));
  expect(kind).toBe(ONE_BYTE);
});
