import type { FastifyRequest } from 'fastify';
import type { Setting } from '../../board/page.js';
import { sayIn } from '../../board/words.js';
import { endOfDay } from '../../disclosure/calendar.js';
import { LINE_ORDERS, type LineFilter, type LineSort } from '../../disclosure/disclosure-reader.js';
import type { LineKind } from '../../disclosure/lines.js';
import { DIVISION_LEVELS, DIVISION_PATTERN } from '../../domain/division.js';
import { FUND_LEVELS, OWNER_KINDS, STAGES } from '../../domain/kinds.js';
import { NOTICE_STATES } from '../../domain/notices/standing.js';
import type { SankeyShape } from '../../drawing/sankey.js';
import type { Moment } from '../../views/engine/moment.js';
import type { PageRequest } from '../../views/engine/page.js';
import { invalidRequest } from '../problems/problem.js';
import {
  DAY,
  DIVISION_CODE,
  INSTANT,
  lineOfText,
  mustBe,
  NEXT_OF_PAGE,
  oneOf,
  wholeNumber,
} from '../validation/allowed.js';
import { isDay, isInstant, isText } from '../validation/values.js';

const ROWS_OF_A_PAGE = 50;
const MOST_ROWS = 500;
const LONGEST_TEXT = 100;

/**
 * What the address of a page asks for. Forms send their empty fields along, and those who pass an address on add words of
 * their own to it: the empty counts as not given, and what is unknown is left alone.
 *
 * Error: invalid_request, naming the field.
 */
export class Asked {
  constructor(private readonly request: FastifyRequest) {}

  setting(): Setting {
    const lang = this.choice('lang', ['zh', 'en'] as const) ?? 'zh';
    const url = new URL(this.request.url, 'http://board');
    const kiosk = this.choice('kiosk', ['1']) === '1';
    return { lang, say: sayIn(lang), url, asOf: this.asOf(), kiosk };
  }

  moment(): Moment {
    const asOf = this.asOf();
    return asOf === undefined ? {} : { asOf: instantOf(asOf) };
  }

  /** @param kind `state` is of notices alone, and their `level` another */
  filter(kind: LineKind): LineFilter {
    const book = this.text('book');
    if (book !== undefined && !DIVISION_PATTERN.test(book)) throw wrong('book', mustBe(DIVISION_CODE));
    const given: LineFilter = {
      q: this.text('q'),
      book,
      year: this.number('year', 1900, 2100),
      category: this.text('category'),
      level: kind === 'notice' ? undefined : this.choice('level', FUND_LEVELS),
      owner: this.choice('owner', OWNER_KINDS),
      stage: this.choice('stage', STAGES),
      status: this.choice('status', ['standing', 'reversed'] as const),
      state: kind === 'notice' ? this.choice('state', NOTICE_STATES) : undefined,
      noticeLevel: kind === 'notice' ? this.choice('level', DIVISION_LEVELS) : undefined,
    };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  }

  /** `sort=amount`, or `sort=-amount` for the largest first; the newest first where nothing is said. */
  sort(): LineSort {
    const orders = LINE_ORDERS.flatMap((order) => [order, `-${order}`]);
    const sort = this.choice('sort', orders) ?? '-date';
    const by = LINE_ORDERS.find((order) => sort.endsWith(order)) ?? 'date';
    return { by, isDescending: sort.startsWith('-') };
  }

  page(): PageRequest {
    const after = this.given('after');
    if (after !== undefined && after.length > 1_000) throw wrong('after', mustBe(NEXT_OF_PAGE));
    const limit = this.number('limit', 1, MOST_ROWS) ?? ROWS_OF_A_PAGE;
    return { limit, ...(after !== undefined && { after }) };
  }

  /** Division that a search keeps to. */
  within(): string | undefined {
    const within = this.text('within');
    if (within === undefined || DIVISION_PATTERN.test(within)) return within;
    throw wrong('within', mustBe(DIVISION_CODE));
  }

  day(name: string): string | undefined {
    const day = this.given(name);
    if (day === undefined || isDay(day)) return day;
    throw wrong(name, mustBe(DAY));
  }

  shape(): SankeyShape {
    return this.choice('shape', ['wide', 'narrow'] as const) ?? 'wide';
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.given(name);
    if (value === undefined || choices.includes(value as Choice)) return value as Choice | undefined;
    throw wrong(name, mustBe(oneOf(choices)));
  }

  text(name: string): string | undefined {
    const value = this.given(name)?.trim();
    if (value === undefined || value === '' || isText(value, LONGEST_TEXT)) return value === '' ? undefined : value;
    throw wrong(name, mustBe(lineOfText(LONGEST_TEXT)));
  }

  private asOf(): string | undefined {
    const value = this.given('asOf');
    if (value === undefined || isDay(value) || isInstant(value)) return value;
    throw wrong('asOf', mustBe({ zh: `${DAY.zh},或${INSTANT.zh}`, en: `${DAY.en}, or ${INSTANT.en}` }));
  }

  private number(name: string, least: number, most: number): number | undefined {
    const value = this.given(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw wrong(name, mustBe(wholeNumber(least, most)));
  }

  private given(name: string): string | undefined {
    const value = (this.request.query as Record<string, string | string[] | undefined>)[name];
    if (Array.isArray(value)) throw wrong(name, '只能填一次 must be given once');
    return value === '' ? undefined : value;
  }
}

/** A day stands for its end in Shanghai: what was recorded on it counts. */
export function instantOf(asOf: string): Date {
  return isDay(asOf) ? endOfDay(asOf) : new Date(asOf);
}

function wrong(field: string, message: string) {
  return invalidRequest([{ field, message }]);
}
