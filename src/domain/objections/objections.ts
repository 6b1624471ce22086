import type { Circumstances, CommandOf, Decision } from '../command.js';
import type { OBJECTION_KINDS, OBJECTION_OUTCOMES } from '../kinds.js';
import { knownNotice, refuseDatedBefore } from '../notices/publish-notice.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';

/** 异议 against a notice or an entry; 举报 against anything. */
export type ObjectionKind = (typeof OBJECTION_KINDS)[number];

/** 成立, 不成立, 已更正, 已记录. */
export type ObjectionOutcome = (typeof OBJECTION_OUTCOMES)[number];

/** Within how many working days the bureau answers, the day of filing not counted. */
export const ANSWER_WITHIN_WORKING_DAYS = 15;

/**
 * What anybody says against a notice, a row of it or an entry. Its text, and who says it, are in the vault: the event has
 * a salted hash of them, and the salt is erased with them.
 */
export interface FileObjection {
  /** Made by the vault. */
  id: string;
  kind: ObjectionKind;
  notice?: string;
  /** A row of the notice, from 1. */
  row?: number;
  /** An entry of the book by seq. */
  entry?: number;
  /** Lower-case hex SHA-256. */
  commitment: string;
}

export interface ObjectionEvidence {
  /** The last day for the answer to one that is filed on this day, which only the book knows: its time may lie ahead of the clock. */
  dueOn(filedOn: string): string;
}

export interface ObjectionFiled extends FileObjection {
  dueOn: string;
}

export interface AnswerObjection {
  objection: string;
  outcome: ObjectionOutcome;
  /** Public. */
  answer: string;
}

export type ObjectionAnswered = AnswerObjection;

export interface ObjectionState {
  seq: number;
  effectiveDate: string;
  notice?: string;
  dueOn: string;
  answeredBy?: number;
}

/** Refusals: objection_exists, notice_unknown, notice_row_unknown, entry_unknown. */
export function fileObjection(
  state: BookState,
  { body, evidence }: CommandOf<'objection'>,
  { today }: Circumstances,
): Decision {
  const { id, kind, notice, row, entry, commitment } = body;
  if (state.objections.has(id)) throw new Refusal('objection_exists', undefined, { objection: id });
  const known = notice === undefined ? undefined : knownNotice(state, notice, 'notice');
  if (row !== undefined && (known === undefined || row > known.rows))
    throw new Refusal('notice_row_unknown', `Notice ${notice} has no row ${row}.`, { field: 'row' });
  if (entry !== undefined && entry >= state.nextSeq)
    throw new Refusal('entry_unknown', `There is no entry ${entry}.`, { field: 'entry' });
  return {
    type: 'objection.filed',
    data: {
      id,
      kind,
      ...(notice !== undefined && { notice }),
      ...(row !== undefined && { row }),
      ...(entry !== undefined && { entry }),
      commitment,
      dueOn: evidence.dueOn(today),
    },
    postings: [],
  };
}

/** Refusals: objection_unknown, objection_answered, dated_before_subject. */
export function answerObjection(
  state: BookState,
  body: AnswerObjection,
  _: Circumstances,
  effectiveDate: string,
): Decision {
  const { objection: id, outcome, answer } = body;
  const objection = state.objections.get(id);
  if (objection === undefined)
    throw new Refusal('objection_unknown', `There is no objection ${id}.`, { field: 'objection', objection: id });
  if (objection.answeredBy !== undefined) {
    const detail = `Objection ${id} was answered by entry ${objection.answeredBy}.`;
    throw new Refusal('objection_answered', detail, { field: 'objection', entries: [objection.answeredBy] });
  }
  refuseDatedBefore(`objection ${id}`, objection, effectiveDate);
  return { type: 'objection.answered', data: { objection: id, outcome, answer }, postings: [] };
}
