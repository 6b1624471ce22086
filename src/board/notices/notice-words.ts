import type { ShownPerson } from '../../disclosure/lines.js';
import type { ShownNotice } from '../../disclosure/notice-reader.js';
import type { ObjectionStanding } from '../../disclosure/objection-reader.js';
import type { Owner } from '../../domain/assets/owners.js';
import { NOTICE_FIELD_NAMES, type NoticeField, type NoticeFields } from '../../domain/notices/fields.js';
import { naturalDays } from '../../domain/notices/minimum-days.js';
import type { Cell, Row } from '../../domain/notices/rows/row.js';
import type { NoticeStanding, StandingOfNotice } from '../../domain/notices/standing.js';
import { type Column, type ColumnKind, NOTICE_RULES, type NoticeType } from '../../domain/notices/types.js';
import type { ObjectionKind, ObjectionOutcome } from '../../domain/objections/objections.js';
import type { Words } from '../../domain/words.js';
import {
  ASSET_CLASS_WORDS,
  FUND_LEVEL_WORDS,
  FUND_NATURE_WORDS,
  holderWords,
  type Lang,
  ownersText,
  periodWords,
  placeName,
  type Say,
  STAGE_WORDS,
  wordOf,
} from '../words.js';

export const OBJECTION_KIND_WORDS: Record<ObjectionKind, Words> = {
  objection: { zh: '异议', en: 'Objection' },
  report: { zh: '举报', en: 'Report' },
};

export const OUTCOME_WORDS: Record<ObjectionOutcome, Words> = {
  upheld: { zh: '成立', en: 'Upheld' },
  rejected: { zh: '不成立', en: 'Rejected' },
  corrected: { zh: '已更正', en: 'Corrected' },
  noted: { zh: '已记录', en: 'Noted' },
};

export const OBJECTION_STATE_WORDS: Record<ObjectionStanding, Words> = {
  open: { zh: '等待答复', en: 'Waiting for an answer' },
  overdue: { zh: '逾期未答复', en: 'The answer is overdue' },
  answered: { zh: '已答复', en: 'Answered' },
};

/** Class of the tag that tells a state. */
export const STATE_TAGS: Record<NoticeStanding, string> = {
  announced: 'tag off',
  standing: 'tag',
  objected: 'tag warn',
  closed: 'tag off',
  withdrawn: 'tag bad',
  replaced: 'tag bad',
};

/** A notice that stands says for how many more days, today counted. */
export function stateWords({ state, outcome }: StandingOfNotice, publicTo: string, today: string, say: Say): string {
  if (state === 'announced') return say('尚未开始', 'Announced');
  if (state === 'standing') {
    const left = naturalDays(today, publicTo);
    return say(`公示中，还有 ${left} 天`, `Standing, ${left} days left`);
  }
  if (state === 'objected') return say('有异议，待答复', 'Objected, waiting for an answer');
  if (state === 'withdrawn') return say('已撤回', 'Withdrawn');
  if (state === 'replaced') return say('已更正，另有新公告', 'Corrected by a later notice');
  return outcome === 'answered'
    ? say('公示期满，异议已答复', 'Closed, objections answered')
    : say('公示期满，无异议', 'Closed without objection');
}

export function warningWords({ code, days, minimumDays }: ShownNotice['warnings'][number], say: Say): string {
  if (code === 'notice_too_short')
    return say(
      `公示期只有 ${String(days)} 天，按规定不得少于 ${String(minimumDays)} 天。`,
      `The notice stands for ${String(days)} days, fewer than the ${String(minimumDays)} that it must.`,
    );
  return say('账本里没有符合这份公告的记录。', 'Nothing in the book fits this notice.');
}

const CELL_WORDS: Record<string, Record<string, Words>> = {
  level: FUND_LEVEL_WORDS,
  nature: FUND_NATURE_WORDS,
  class: ASSET_CLASS_WORDS,
  stage: STAGE_WORDS,
};

/** Whether the cell is shown word for word as its entry has it. */
export function isVerbatim({ kind, key }: Column): boolean {
  const isWorded = CELL_WORDS[key] !== undefined || key === 'division' || key === 'period';
  return (kind === 'text' || kind === 'date' || kind === 'year') && !isWorded;
}

/** What is put in for the ids of cells. */
export interface CellNames {
  persons: ReadonlyMap<string, ShownPerson>;
  /** Of projects and assets, for `holderWords`. */
  names: ReadonlyMap<string, string>;
}

/** What a cell says to people. A person's name is put in, masked; one who was erased stays a number. */
export function cellText({ key, kind }: Column, { text }: Cell, { persons, names }: CellNames, lang: Lang): string {
  switch (kind) {
    case 'beneficiary': {
      const person = persons.get(text);
      return person === undefined ? text.slice(0, 8) : `${person.name} ${person.idNumber}`;
    }
    case 'list':
      return (JSON.parse(text) as string[]).join(lang === 'zh' ? '、' : ', ');
    case 'owners':
      return ownersText(JSON.parse(text) as Owner[], lang);
    case 'holder':
      return holderWords(text, lang, names);
    case 'text':
      if (key === 'period') return periodWords(text, lang);
      return key === 'division' ? placeName(text) : wordOf(CELL_WORDS[key] ?? {}, text, lang);
    default:
      return text;
  }
}

/** The texts of all cells of a kind, each once. */
export function textsOfKind(kind: ColumnKind, rows: readonly Row[], columns: readonly Column[]): string[] {
  const keys = columns.filter((column) => column.kind === kind).map(({ key }) => key);
  return [...new Set(rows.flatMap(({ cells }) => keys.flatMap((key) => cells[key]?.text ?? [])))];
}

/** What a notice says in words, in the order of its type; what the publisher says beyond that comes last. */
export function textsOf({ type, fields }: { type: NoticeType; fields: NoticeFields }): [NoticeField, string][] {
  const known = NOTICE_RULES[type].fields;
  const more = NOTICE_FIELD_NAMES.filter((field) => !known.includes(field));
  return [...known, ...more].flatMap((field) => {
    const text = fields[field];
    return text === undefined ? [] : [[field, text] as [NoticeField, string]];
  });
}
