import { DIVISION_LEVELS, DIVISION_PATTERN } from '../../domain/division.js';
import { ASSET_CLASSES, OBJECTION_KINDS, OBJECTION_OUTCOMES, PHOTO_TYPES } from '../../domain/kinds.js';
import { NOTICE_FIELD_NAMES } from '../../domain/notices/fields.js';
import { DAY_KINDS } from '../../domain/notices/minimum-days.js';
import { NOTICE_TYPES } from '../../domain/notices/types.js';
import { DAY, ID, INSTANT, SEQ, SHA256, TEXT } from '../field-shapes.js';
import { listOf, matching, oneOf, record, type Shape, wholeNumber } from '../shape.js';

const MOST = Number.MAX_SAFE_INTEGER;

/** What the events of notices and objections say, to the last field. */
export const NOTICE_SHAPES = {
  'notice.published': record(
    {
      asOfSeq: SEQ,
      contact: TEXT,
      covers: record(
        {},
        {
          asset: ID,
          assetClass: oneOf(ASSET_CLASSES),
          entries: listOf(SEQ, 1),
          fiscalYear: wholeNumber(1949, 2100),
          funds: listOf(ID, 1),
          period: TEXT,
          policy: TEXT,
          pool: ID,
          project: ID,
        },
      ),
      dayKind: oneOf(DAY_KINDS),
      days: wholeNumber(1, MOST),
      division: matching('a division code', DIVISION_PATTERN),
      fields: record({}, Object.fromEntries(NOTICE_FIELD_NAMES.map((name) => [name, TEXT]))),
      hotline: TEXT,
      id: ID,
      level: oneOf(DIVISION_LEVELS),
      phone: TEXT,
      place: TEXT,
      publicFrom: DAY,
      publicTo: DAY,
      rows: wholeNumber(0, MOST),
      rowsHash: SHA256,
      title: TEXT,
      type: oneOf(NOTICE_TYPES),
    },
    { address: TEXT, email: TEXT, reason: TEXT, replaces: ID },
  ),
  'notice.evidenced': record({
    bytes: wholeNumber(1, MOST),
    mediaType: oneOf(PHOTO_TYPES),
    notice: ID,
    place: TEXT,
    sha256: SHA256,
    takenAt: INSTANT,
  }),
  'notice.withdrawn': record({ notice: ID, reason: TEXT }),
  'objection.filed': record(
    { commitment: SHA256, dueOn: DAY, id: ID, kind: oneOf(OBJECTION_KINDS) },
    { entry: SEQ, notice: ID, row: wholeNumber(1, MOST) },
  ),
  'objection.answered': record({ answer: TEXT, objection: ID, outcome: oneOf(OBJECTION_OUTCOMES) }),
} satisfies Record<string, Shape>;
