import { lastDay } from '../../src/disclosure/calendar.js';
import type { Owner } from '../../src/domain/assets/owners.js';
import { CODE_LENGTH } from '../../src/domain/books/open-book.js';
import type { CommandBodies } from '../../src/domain/command.js';
import { FUND_LEVELS, FUND_NATURES, FUND_RESTRICTIONS, OWNER_KINDS, PAYER_KINDS } from '../../src/domain/kinds.js';
import { formatYuan } from '../../src/domain/money.js';
import { NOTICE_RULES } from '../../src/domain/notices/types.js';
import type { Line } from '../../src/domain/posting.js';
import { isEnrolled } from '../../src/domain/state.js';
import type { Step, TestBook } from './given.js';

/** What chooses among what a command may say beside what every one of its kind does: numbers as large as a million. */
export interface Chance {
  a: number;
  b: number;
  c: number;
}

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;
const FIRST_INSTANT = Date.parse('2016-07-13T01:00:00.000Z');
/** So that instants fall on every hour, before midnight in China and behind it. */
const STEP_MS = 5 * 3_600_000 + 7 * 60_000 + 1_001;

/** What the service says of the moment at which the entry of that number of all books is posted. */
export function momentOf(number: number): { recordedAt: string; today: string } {
  const instant = FIRST_INSTANT + number * STEP_MS;
  return { recordedAt: new Date(instant).toISOString(), today: dayOf(instant + CHINA_MS) };
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** A step that says more than it must, or less than it may, and of another day: some of these are refused by a rule. */
export function varied(step: Step, book: TestBook, chance: Chance, number: number): Step {
  const { a, b, c } = chance;
  const moment = momentOf(number);
  const common = {
    ...(a % 3 === 0 && {
      documents: Array.from({ length: 1 + (b % 3) }, (_, at) => `永财发〔2016〕${at + (c % 90)}号`),
    }),
    ...(b % 3 === 0 && { note: `注 "${c % 7}"\\ 😀` }),
    ...(c % 7 === 0 && { effectiveDate: dayOf(Date.parse(moment.today) - (a % 400) * DAY_MS) }),
  };
  const said = saidOf(step, book, chance);
  return { ...said, body: { ...said.body, ...common }, circumstances: moment } as Step;
}

function saidOf(step: Step, book: TestBook, { a, b, c }: Chance): Step {
  switch (step.kind) {
    case 'fund':
      return { ...step, body: { ...step.body, ...fundFacts({ a, b, c }) } };
    case 'allocation':
    case 'dispatch':
    case 'payout':
      return {
        ...step,
        body: { ...step.body, ...severalLines(step.body.lines, book, step.body.from ?? 'bureau', b) },
      } as Step;
    case 'integration':
      return { ...step, body: { ...step.body, ...severalLines(step.body.lines, book, 'bureau', b) } };
    case 'payment':
      return {
        ...step,
        body: { ...step.body, ...severalLines(step.body.lines, book, `project:${step.body.project}`, b) },
      };
    case 'beneficiary':
      return {
        ...step,
        body: {
          ...step.body,
          id: enrolledOnce(book, a) ?? step.body.id,
          categories: ['脱贫户', '低保户'].slice(b % 3),
        },
      };
    case 'asset':
      return { ...step, body: assetBody(step.body, book, { a, b, c }) };
    case 'ownership_change':
      return { ...step, body: { ...step.body, owners: owners(step.body.owners, book, c) } };
    case 'income': {
      const payerKind = PAYER_KINDS[a % PAYER_KINDS.length] ?? 'other';
      const payer = payerKind !== 'household' && c % 2 === 0 ? { payer: '宁夏某某农业公司' } : {};
      return { ...step, body: { ...step.body, period: `${2014 + (b % 4)}`, payerKind, ...payer } };
    }
    case 'notice':
      return { ...step, body: noticeBody(step.body, book, { a, b, c }) };
    case 'objection':
      return { ...step, evidence: { dueOn: (filedOn) => lastDay(filedOn, 30, 'natural') } };
    default:
      return step;
  }
}

function fundFacts({ a, b, c }: Chance) {
  return {
    level: FUND_LEVELS[a % FUND_LEVELS.length] ?? 'mixed',
    nature: FUND_NATURES[b % FUND_NATURES.length] ?? 'stock',
    fiscalYear: 2013 + (b % 5),
    ...(a % 2 === 0 && { channel: '财政厅', subject: `213${c % 100}` }),
    ...(c % 6 === 0 && { restrictions: FUND_RESTRICTIONS.filter((_, at) => ((b >> at) & 1) === 1) }),
  };
}

/** Of up to five funds that the holder has, where there is a line at all. */
function severalLines(lines: Line[] | undefined, book: TestBook, from: string, n: number): { lines?: Line[] } {
  const [first] = lines ?? [];
  if (first === undefined) return {};
  const held = [...(book.state.balances.get(from) ?? [])].filter(
    ([fund, { amountFen }]) => fund !== first.fund && amountFen > 0n,
  );
  const more = held.slice(0, n % 5).map(([fund, { amountFen }]) => ({ fund, amount: formatYuan(amountFen / 3n + 1n) }));
  return { lines: [first, ...more] };
}

/** Somebody whose enrolment was reversed. */
function enrolledOnce({ state }: TestBook, n: number): string | undefined {
  const gone = [...state.beneficiaries.keys()].filter((id) => !isEnrolled(state, id));
  return n % 2 === 0 ? gone[n % gone.length] : undefined;
}

const SHARES = [['1'], ['2/3', '1/3'], ['1/2', '1/3', '1/6']];

/** Of every kind, and mostly with a name; those that are households stay what they are. */
function owners(given: Owner[], book: TestBook, n: number): Owner[] {
  if (n % 3 === 0 || given.some(({ kind }) => kind === 'household')) return given;
  const person = [...book.state.beneficiaries.keys()].find((id) => isEnrolled(book.state, id));
  return given.map((owner, at): Owner => {
    const kind = OWNER_KINDS[(n + at) % OWNER_KINDS.length] ?? 'village';
    const share = SHARES[given.length - 1]?.[at] ?? owner.share;
    if (kind === 'household') return { kind, id: person ?? 'none', share };
    return { kind, id: owner.id, share, ...(n % 2 === 0 && { name: `所有权人${at}` }) };
  });
}

function assetBody(body: CommandBodies['asset'], book: TestBook, { a, b, c }: Chance): CommandBodies['asset'] {
  const opening = body.opening?.flatMap((line) =>
    Array.from({ length: 1 + (c % 4) }, (_, at) => ({ ...line, level: FUND_LEVELS[(a + at) % 7] ?? line.level })),
  );
  return {
    ...body,
    ...(body.class === 'operating' && b % 2 === 0 && { class: 'public' as const }),
    ...severalLines(body.lines, book, `wip:${body.project}`, b),
    ...(opening !== undefined && { opening }),
    owners: owners(body.owners, book, c),
    ...(a % 2 === 0 && { acquiredOn: `20${10 + (b % 6)}-0${1 + (c % 9)}-15` }),
    ...(b % 2 === 0 && { operator: '合作社' }),
    ...(c % 2 === 0 && { custodian: '村委会' }),
  };
}

/** Of any board that may have it, about the book as it was at any entry, with all that may be said or what must be. */
function noticeBody(body: CommandBodies['notice'], book: TestBook, { a, b, c }: Chance): CommandBodies['notice'] {
  const { levels, fields, contact = [] } = NOTICE_RULES[body.type];
  const level = levels[b % levels.length] ?? body.level;
  const { address, email, ...told } = body;
  const demanded = Object.fromEntries(fields.map((field) => [field, `${field}:见附件`]));
  return {
    ...(c % 2 === 0 || contact.length > 0 ? body : { ...told, fields: demanded }),
    level,
    division: `${book.id}100201`.slice(0, CODE_LENGTH[level]),
    ...(a % 3 === 0 && { asOfSeq: b % book.events.length }),
    ...(c % 3 === 0 && { dayKind: 'working' as const, days: 1 + (a % 30), hotline: '0951-12317' }),
  };
}
