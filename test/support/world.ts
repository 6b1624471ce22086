import fc from 'fast-check';
import { HOLDER_PATTERN } from '../../src/domain/account.js';
import type { Owner } from '../../src/domain/assets/owners.js';
import type { BookEvent, EventOf } from '../../src/domain/event.js';
import { settlement, settlementKey } from '../../src/domain/funds/settlement.js';
import { STAGES } from '../../src/domain/kinds.js';
import { type Fen, formatYuan } from '../../src/domain/money.js';
import { NOTICE_RULES, NOTICE_TYPES } from '../../src/domain/notices/types.js';
import { Refusal } from '../../src/domain/refusal.js';
import { isEnrolled } from '../../src/domain/state.js';
import { type Step, TestBook } from './given.js';
import { notice, PICTURES, photo } from './notices.js';

/** What a random command is made of: which kind, in which book, and three numbers that choose among what stands there. */
export interface Move {
  kind: keyof typeof MOVES;
  book: number;
  a: number;
  b: number;
  c: number;
}

interface Scene {
  world: World;
  book: TestBook;
  move: Move;
}

const VILLAGE = (book: string) => `${book}100201`;

/**
 * A city and two counties. Moves are chosen blindly among what stands, so that some are refused by a rule; anything else
 * that is thrown is a fault of the domain.
 */
export class World {
  readonly books = ['640100', '640121', '640122'].map((id) => new TestBook(id));
  /** Every event of every book in the order in which it came. */
  readonly log: { book: TestBook; event: BookEvent }[] = [];
  private readonly claims = new Map<string, { book: string; seq: number }>();

  /** @param vary what a command may say otherwise than the moves below do */
  constructor(private readonly vary?: (step: Step, book: TestBook, move: Move, number: number) => Step) {
    for (const [index, book] of this.books.entries()) {
      this.post(book, {
        kind: 'book',
        body: { id: book.id, name: `财政局${index}`, level: index === 0 ? 'city' : 'county' },
      });
      for (const kind of ['fund', 'fund', 'project', 'beneficiary'] as const) {
        this.post(book, MOVES[kind]({ world: this, book, move: { kind, book: index, a: 0, b: 9_999, c: 1 } }));
      }
    }
  }

  play(move: Move): BookEvent | Refusal {
    const book = pick(this.books, move.book);
    try {
      const step = MOVES[move.kind]({ world: this, book, move });
      return this.post(book, this.vary?.(step, book, move, this.log.length) ?? step);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  reverse(book: TestBook, seq: number): BookEvent {
    return this.post(book, {
      kind: 'reversal',
      body: { seq, reason: '更正' },
      evidence: this.reversalEvidence(book, seq),
    });
  }

  settledBy(event: EventOf<'funds.dispatched'>): { book: string; seq: number } | undefined {
    return this.claims.get(settlementKey(event.book, event.data.id));
  }

  arrivalEvidence(dispatch: BookEvent | undefined) {
    if (dispatch?.type !== 'funds.dispatched') return { dispatch: undefined, settledBy: undefined };
    return { dispatch, settledBy: this.settledBy(dispatch) };
  }

  bookOf(id: string): TestBook {
    const book = this.books.find((candidate) => candidate.id === id);
    if (book === undefined) throw new Error(`no book ${id}`);
    return book;
  }

  private reversalEvidence(book: TestBook, seq: number) {
    const entry = book.events[seq];
    return { entry, settledBy: entry?.type === 'funds.dispatched' ? this.settledBy(entry) : undefined };
  }

  private post(book: TestBook, step: Step): BookEvent {
    const event = book.post(step);
    const { take, release } = settlement(event);
    if (take !== undefined) this.claims.set(take, { book: book.id, seq: event.seq });
    if (release !== undefined) this.claims.delete(release);
    this.log.push({ book, event });
    return event;
  }
}

function pick<T>(list: readonly T[], n: number): T {
  const item = list[n % list.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function pickId(ids: Iterable<string>, n: number): string {
  const list = [...ids];
  return list.length === 0 ? 'none' : pick(list, n);
}

function enrolled({ state }: TestBook): string[] {
  return [...state.beneficiaries.keys()].filter((id) => isEnrolled(state, id));
}

/** Up to a little more than what stands, so that some takings are refused. */
function someOf(amountFen: Fen, n: number): string {
  return formatYuan(1n + ((BigInt(n) * 7_919n) % (amountFen + amountFen / 16n + 1n)));
}

function lineFrom(book: TestBook, account: string, n: number, m: number) {
  const held = [...(book.state.balances.get(account) ?? [])].filter(([, balance]) => balance.amountFen > 0n);
  if (held.length === 0) return { fund: 'none', amount: '0.01' };
  const [fund, balance] = pick(held, n);
  return { fund, amount: someOf(balance.amountFen, m) };
}

function totalOf(book: TestBook, account: string): Fen {
  let totalFen = 0n;
  for (const balance of book.state.balances.get(account)?.values() ?? []) totalFen += balance.amountFen;
  return totalFen;
}

function holder(book: TestBook, n: number): string {
  const pools = [...book.state.balances.keys()].filter((name) => name.startsWith('pool:'));
  const projects = [...book.state.projects.keys()].map((id) => `project:${id}`);
  const collective = `collective:${VILLAGE(book.id)}`;
  const named = ['bureau', 'bureau', 'department:301', 'department:302', collective];
  return pick([...named, ...pools, ...projects, ...projects], n);
}

/** Mostly one that has money. */
function giver(book: TestBook, n: number): string {
  const rich = [...book.state.balances.keys()].filter((name) => HOLDER_PATTERN.test(name) && totalOf(book, name) > 0n);
  return rich.length > 0 && n % 8 > 0 ? pick(rich, n) : holder(book, n);
}

function owners(book: TestBook, household: boolean, n: number): Owner[] {
  const known = enrolled(book);
  const count = household ? Math.min(1 + (n % 3), known.length || 1) : 1 + (n % 3);
  return Array.from({ length: count }, (_, index): Owner => {
    const share = `1/${count}`;
    if (household) return { kind: 'household', id: known[(n + index) % (known.length || 1)] ?? 'none', share };
    return { kind: 'village', id: `${book.id}1002${(n + index) % 10}1`, share };
  });
}

function money(book: TestBook, from: string, { a, b, c }: Move) {
  return c % 2 === 0 ? { lines: [lineFrom(book, from, a, b)] } : { amount: someOf(totalOf(book, from), b) };
}

/** Of any type, mostly about something that is there; one in four in the place of an earlier one. */
function noticeMove(book: TestBook, { a, b, c }: Move): Step {
  const type = pick(NOTICE_TYPES, a);
  const pools = [...book.state.balances.keys()].filter((name) => name.startsWith('pool:'));
  const ofType = book.events.filter((event) => NOTICE_RULES[type].entryTypes?.includes(event.type) !== false);
  const fit = ofType.map(({ seq }) => seq);
  const parts = {
    entries: [pick(fit, b), pick(fit, c)],
    project: pickId(book.state.projects.keys(), b),
    funds: [pickId(book.state.funds.keys(), b)],
    fiscalYear: 2016,
    pool: pools.length === 0 ? 'none' : pick(pools, b).slice('pool:'.length),
    policy: `policy-${b % 2}`,
    period: '2016',
    assetClass: pick(['operating', 'household'] as const, b),
    asset: pickId(book.state.assets.keys(), b),
  };
  const { needs, may = [] } = NOTICE_RULES[type].covers;
  const covered = [...needs, ...(c % 2 === 0 ? may : [])];
  const covers = Object.fromEntries(covered.map((part) => [part, parts[part]]));
  const level = NOTICE_RULES[type].levels.includes('village') ? 'village' : 'county';
  const division = level === 'village' ? VILLAGE(book.id) : book.id;
  const correction = b % 4 === 0 ? { replaces: pickId(book.state.notices.keys(), c), reason: '更正' } : {};
  return notice(`N-${book.events.length}`, type, covers, { level, division, ...correction });
}

const MOVES = {
  fund: ({ book, move: { a, b, c } }: Scene): Step => ({
    kind: 'fund',
    body: {
      id: `F-${book.events.length}`,
      name: '衔接资金',
      level: pick(['central', 'province', 'city'], a),
      nature: 'special',
      fiscalYear: 2016,
      amount: formatYuan(BigInt(1 + b)),
      restrictions: c % 5 === 0 ? [pick(['no_integration', 'no_dispatch', 'no_payout', 'capital_only'], c)] : [],
      ...(c % 3 === 0 && { effectiveDate: `2016-0${1 + (a % 7)}-01` }),
    },
  }),
  adjustment: ({ book, move: { a, b, c } }: Scene): Step => {
    const fund = pickId(book.state.funds.keys(), a);
    const unallocatedFen = book.state.balances.get('bureau')?.get(fund)?.amountFen ?? 0n;
    return { kind: 'adjustment', body: { fund, amount: `${c % 2 === 0 ? '' : '-'}${someOf(unallocatedFen, b)}` } };
  },
  allocation: ({ book, move }: Scene): Step => {
    const from = giver(book, move.a);
    return { kind: 'allocation', body: { from, to: holder(book, move.c), ...money(book, from, move) } };
  },
  integration: ({ book, move: { a, b, c } }: Scene): Step => ({
    kind: 'integration',
    body: { pool: `pool-${c % 2}`, lines: [lineFrom(book, 'bureau', a, b)] },
  }),
  dispatch: ({ world, book, move }: Scene): Step => {
    const from = giver(book, move.a);
    return { kind: 'dispatch', body: { toBook: pick(world.books, move.b).id, from, ...money(book, from, move) } };
  },
  arrival: ({ world, book, move: { a } }: Scene): Step => {
    const sent = world.log.filter(({ event }) => event.type === 'funds.dispatched' && event.data.toBook === book.id);
    const inTransit = sent.filter(
      ({ event }) => event.type === 'funds.dispatched' && world.settledBy(event) === undefined,
    );
    const toHere = a % 4 > 0 && inTransit.length > 0 ? inTransit : sent;
    const dispatch = toHere.length === 0 ? undefined : pick(toHere, a).event;
    const id = dispatch?.type === 'funds.dispatched' ? dispatch.data.id : 'none';
    return {
      kind: 'arrival',
      body: { fromBook: dispatch?.book ?? '640100', dispatch: id },
      evidence: world.arrivalEvidence(dispatch),
    };
  },
  project: ({ book }: Scene): Step => ({
    kind: 'project',
    body: {
      name: '节水灌溉',
      category: '农业',
      division: VILLAGE(book.id),
      responsibleUnit: '水务局',
      plannedAmount: '100.00',
    },
  }),
  stage: ({ book, move: { a } }: Scene): Step => {
    const project = pickId(book.state.projects.keys(), a);
    return { kind: 'stage', body: { project, stage: pick(STAGES, book.state.projects.get(project)?.stages ?? 0) } };
  },
  payment: ({ book, move }: Scene): Step => {
    const funded = [...book.state.projects.keys()].filter((id) => totalOf(book, `project:${id}`) > 0n);
    const project = pickId(funded.length > 0 ? funded : book.state.projects.keys(), move.a);
    const beneficiary = `beneficiary:${pickId(enrolled(book), move.b)}`;
    return {
      kind: 'payment',
      body: {
        project,
        kind: move.b % 3 === 0 ? 'expense' : 'capital',
        payee: move.c % 3 === 0 ? beneficiary : '水务公司',
        ...money(book, `project:${project}`, move),
      },
    };
  },
  beneficiary: ({ book }: Scene): Step => ({
    kind: 'beneficiary',
    body: { id: `B-${book.events.length}`, commitment: '0'.repeat(64), division: VILLAGE(book.id), categories: [] },
  }),
  payout: ({ book, move }: Scene): Step => {
    const from = giver(book, move.c);
    return {
      kind: 'payout',
      body: {
        policy: `policy-${move.c % 2}`,
        period: '2016',
        beneficiary: pickId(enrolled(book), move.b),
        from,
        ...money(book, from, move),
      },
    };
  },
  asset: ({ book, move }: Scene): Step => {
    const household = move.b % 3 === 0;
    const built = [...book.state.projects.keys()].filter((id) => totalOf(book, `wip:${id}`) > 0n);
    const project = pickId(built.length > 0 ? built : book.state.projects.keys(), move.a);
    return {
      kind: 'asset',
      body: {
        name: '圈棚',
        class: household ? 'household' : 'operating',
        category: '设施',
        division: VILLAGE(book.id),
        owners: owners(book, household, move.c),
        ...(move.b % 4 === 0
          ? { opening: [{ level: 'county', nature: 'stock', amount: formatYuan(BigInt(1 + move.b)) }] }
          : { project, ...money(book, `wip:${project}`, move) }),
      },
    };
  },
  ownership_change: ({ book, move: { a, b } }: Scene): Step => {
    const asset = pickId(book.state.assets.keys(), a);
    const household = book.state.assets.get(asset)?.class === 'household';
    return { kind: 'ownership_change', body: { asset, owners: owners(book, household, b), reason: '股权变更' } };
  },
  income: ({ book, move: { a, b, c } }: Scene): Step => ({
    kind: 'income',
    body: {
      asset: pickId(book.state.assets.keys(), a),
      period: '2016',
      amount: formatYuan(BigInt(1 + b)),
      payerKind: pick(['enterprise', 'household'], c),
    },
  }),
  notice: ({ book, move }: Scene): Step => noticeMove(book, move),
  notice_evidence: ({ book, move: { a, b } }: Scene): Step =>
    photo(pickId(book.state.notices.keys(), a), pick([...PICTURES.keys()], b)),
  notice_withdrawal: ({ book, move: { a } }: Scene): Step => ({
    kind: 'notice_withdrawal',
    body: { notice: pickId(book.state.notices.keys(), a), reason: '误发' },
  }),
  objection: ({ book, move: { a, b, c } }: Scene): Step => ({
    kind: 'objection',
    body: {
      id: `O-${book.events.length}`,
      kind: pick(['objection', 'report'], c),
      commitment: '0'.repeat(64),
      ...(b % 2 === 0 ? { notice: pickId(book.state.notices.keys(), a), row: 1 + (c % 3) } : { entry: a % 50 }),
    },
  }),
  objection_answer: ({ book, move: { a, c } }: Scene): Step => ({
    kind: 'objection_answer',
    body: {
      objection: pickId(book.state.objections.keys(), a),
      outcome: pick(['upheld', 'rejected', 'corrected', 'noted'], c),
      answer: '已核实',
    },
  }),
  reversal: ({ world, book, move: { a } }: Scene): Step => {
    const seq = a % (book.events.length + 1);
    const entry = book.events[seq];
    const settledBy = entry?.type === 'funds.dispatched' ? world.settledBy(entry) : undefined;
    return { kind: 'reversal', body: { seq, reason: '更正' }, evidence: { entry, settledBy } };
  },
  closing: ({ move: { a } }: Scene): Step => ({ kind: 'closing', body: { period: `2016-0${1 + (a % 7)}` } }),
} as const;

const WEIGHTS: Record<keyof typeof MOVES, number> = {
  fund: 3,
  adjustment: 2,
  allocation: 8,
  integration: 2,
  dispatch: 2,
  arrival: 3,
  project: 3,
  stage: 3,
  payment: 5,
  beneficiary: 2,
  payout: 3,
  asset: 4,
  ownership_change: 2,
  income: 2,
  notice: 3,
  notice_evidence: 1,
  notice_withdrawal: 1,
  objection: 2,
  objection_answer: 1,
  reversal: 8,
  closing: 1,
};

const kinds = fc.constantFrom(
  ...Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array<Move['kind']>(weight).fill(kind as Move['kind'])),
);
// Unbiased: small numbers would choose the same few things again and again.
const number = fc.noBias(fc.nat({ max: 1_000_000 }));

export function moves(maxLength: number): fc.Arbitrary<Move[]> {
  const move = fc.record({ kind: kinds, book: fc.nat({ max: 2 }), a: number, b: number, c: number });
  return fc.noBias(fc.array(move, { minLength: 1, maxLength, size: 'max' }));
}
