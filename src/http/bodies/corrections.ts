import type { ReverseEntry } from '../../domain/reversals/reverse-entry.js';
import { Text, WholeNumber } from '../validation/fields.js';
import { CommonBody } from './common.js';

export class ReverseEntryBody extends CommonBody implements ReverseEntry {
  @WholeNumber(0, Number.MAX_SAFE_INTEGER, { about: 'Seq of the entry to cancel.', example: 17 })
  seq!: number;

  @Text({ about: 'Why.', example: '重复录入' })
  reason!: string;
}

/** Closes the month in the path; nothing more needs to be said. */
export class ClosePeriodBody extends CommonBody {}
