import { serialize } from 'node:v8';
import { answerText } from '../../src/http/postings/answer-text.js';
import type { Posted } from '../../src/posting/post-entry.js';

const NOTE = '127.0.0.1:3000/log/640100\n18\nCsUYap+/Pj0=\n\n— 127.0.0.1:3000/log Az3grlg=\n';

function posted(id: string, proof: string[], checkpoint: string): Posted {
  const receipt = { book: '640100', seq: 17, leafHash: 'CsUYap+/Pj0=', checkpoint, proof };
  return { id, book: '640100', seq: 17, recordedAt: '2016-07-13T01:02:03.004Z', receipt, replayed: false };
}

it.each([
  ['an entry with a proof', posted('F-1', ['AAA=', 'BBB='], NOTE)],
  ['the first entry of a book', posted('640100', [], NOTE)],
  ['names that JSON and HTTP write otherwise', posted('"\\\n𠮷', ['AAA='], `${NOTE}县"\\`)],
])('writes %s as JSON in ASCII', (_, entry) => {
  const { replayed: _replayed, ...shown } = entry;
  const text = answerText(entry);
  expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(text)).toEqual(shown);
  expect(Object.keys(JSON.parse(text))).toEqual(['id', 'book', 'seq', 'recordedAt', 'receipt']);
});

/** What V8 writes before a text that it keeps with one byte a character. */
const ONE_BYTE = '"'.charCodeAt(0);

it('has one byte a character, so that it is sent as it is', () => {
  const [, , kind] = serialize(answerText(posted('F-1', ['AAA='], NOTE)));
  expect(kind).toBe(ONE_BYTE);
});
