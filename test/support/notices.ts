import { hash } from 'node:crypto';
import type { CommandBodies, CommonFields } from '../../src/domain/command.js';
import { NOTICE_FIELD_NAMES, type NoticeFields } from '../../src/domain/notices/fields.js';
import { NOTICE_RULES, type NoticeType } from '../../src/domain/notices/types.js';
import type { Step } from './given.js';

type More<Kind extends keyof CommandBodies> = Partial<CommandBodies[Kind] & CommonFields>;

/** Every field that any type demands. */
export const ALL_FIELDS: NoticeFields = Object.fromEntries(NOTICE_FIELD_NAMES.map((name) => [name, '见附件']));

export function noticeBody(type: NoticeType, covers: CommandBodies['notice']['covers'], more: More<'notice'> = {}) {
  const isVillage = NOTICE_RULES[type].levels.includes('village');
  return {
    type,
    level: isVillage ? 'village' : 'county',
    division: isVillage ? '640121100201' : '640121',
    title: '公示',
    covers,
    fields: ALL_FIELDS,
    publicFrom: '2016-07-14',
    days: 10,
    dayKind: 'natural',
    place: '村务公开栏',
    contact: '村务监督委员会',
    phone: '0951-8011234',
    address: '永宁县杨和街',
    email: 'jubao@example.gov.cn',
    ...more,
  } as const satisfies CommandBodies['notice'];
}

export function notice(
  id: string,
  type: NoticeType = 'supervision',
  covers: CommandBodies['notice']['covers'] = {},
  more: More<'notice'> = {},
): Step {
  return { kind: 'notice', body: { ...noticeBody(type, covers, more), id } };
}

export function objection(id: string, more: More<'objection'> = {}): Step {
  return { kind: 'objection', body: { id, kind: 'objection', commitment: '0'.repeat(64), ...more } };
}

/** What photos stand for in tests, by their hashes. */
export const PICTURES: ReadonlyMap<string, Buffer> = new Map(
  Array.from({ length: 10 }, (_, n) => Buffer.alloc(1000, n)).map((bytes) => [hash('sha256', bytes), bytes]),
);

export function photo(noticeId: string, sha256 = 'a'.repeat(64), more: More<'notice_evidence'> = {}): Step {
  const facts = { mediaType: 'image/jpeg', bytes: 1000, takenAt: '2016-07-13T01:00:00.000Z', place: '村口' } as const;
  return { kind: 'notice_evidence', body: { notice: noticeId, sha256, ...facts, ...more } };
}
