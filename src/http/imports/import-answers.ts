import type { EntryOutcome } from '../../posting/pending.js';
import { problemOf } from '../problems/problem-of.js';

/** What is told of one line that was not recorded: the problem that a request of its own would have been answered. */
export interface LineProblem {
  line: number;
  key: string | undefined;
  status: number;
  code: string;
  detail: string;
  [fact: string]: unknown;
}

export interface Told {
  line: number;
  key: string | undefined;
}

/** `type` and `title` say nothing that the code does not. */
export function lineProblem({ line, key }: Told, error: unknown, onFault: (error: unknown) => void): LineProblem {
  const { body, isFault } = problemOf(error);
  if (isFault) onFault(error);
  const { type: _type, title: _title, status, code, detail, ...facts } = body;
  return { line, key, status, code, detail, ...facts };
}

/** One line of the answer. */
export function answerLine(told: Told, outcome: EntryOutcome, onFault: (error: unknown) => void): string {
  if ('error' in outcome) return `${JSON.stringify(lineProblem(told, outcome.error, onFault))}\n`;
  const { id, seq, recordedAt, replayed } = outcome.recorded;
  const more =
    (replayed ? ',"replayed":true' : '') + (outcome.receipt === undefined ? '' : `,"receipt":${outcome.receipt}`);
  return (
    `{"line":${told.line},"key":${quoted(told.key ?? '')},"status":201,"id":${quoted(id)},` +
    `"seq":${seq},"recordedAt":"${recordedAt}"${more}}\n`
  );
}

/** Nothing in it is escaped. */
const PLAIN = /^[\w.:-]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
