import { lastDay } from '../../src/disclosure/calendar.js';
import { hashOfRows } from '../../src/disclosure/notice-rows.js';
import { decide, evolve, initialState } from '../../src/domain/book.js';
import type {
  BookCommand,
  Circumstances,
  CommandBodies,
  CommandEvidence,
  CommonFields,
} from '../../src/domain/command.js';
import type { BookEvent, EventType } from '../../src/domain/event.js';
import type { Fen } from '../../src/domain/money.js';
import { RowDerivation } from '../../src/domain/notices/rows/derivation.js';
import type { Row } from '../../src/domain/notices/rows/row.js';
import type { NoticeSubject } from '../../src/domain/notices/rows/row-rule.js';
import { Refusal, type RefusalCode, type RefusalFacts } from '../../src/domain/refusal.js';
import type { BookState } from '../../src/domain/state.js';

export const BOOK = '640121';
export const TODAY = '2016-07-13';

/** A command as a sentence of a test writes it; what it needs from outside its book is filled in where it is absent. */
export type Step = {
  [Kind in keyof CommandBodies]: {
    kind: Kind;
    body: CommandBodies[Kind] & CommonFields;
    evidence?: Kind extends keyof CommandEvidence ? CommandEvidence[Kind] : undefined;
    circumstances?: Partial<Circumstances>;
  };
}[keyof CommandBodies];

export function rowsOf(events: readonly BookEvent[], subject: NoticeSubject, asOfSeq: number): Row[] {
  const derivation = new RowDerivation(subject);
  for (const event of events.slice(0, asOfSeq + 1)) derivation.take(event);
  return derivation.rows();
}

/** One book, decided and evolved in memory: what happened to it, and what stands. */
export class TestBook {
  readonly events: BookEvent[] = [];
  readonly state: BookState = initialState();

  constructor(readonly id: string = BOOK) {}

  decide(step: Step): BookEvent {
    const seq = this.events.length;
    return decide(this.state, this.commandOf(step), {
      book: this.id,
      key: `key-${seq}`,
      actor: 'clerk-07',
      eventId: `event-${seq}`,
      newId: `made-${seq}`,
      recordedAt: `${TODAY}T01:02:03.${String(seq % 1000).padStart(3, '0')}Z`,
      today: TODAY,
      ...step.circumstances,
    });
  }

  post(step: Step): BookEvent {
    const event = this.decide(step);
    evolve(this.state, event);
    this.events.push(event);
    return event;
  }

  /** As the service finds it, out of the events of this book. */
  private noticeEvidence(body: CommandBodies['notice']): CommandEvidence['notice'] {
    const asOfSeq = body.asOfSeq ?? this.events.length - 1;
    const publicTo = lastDay(body.publicFrom, body.days, body.dayKind);
    try {
      const rows = rowsOf(this.events, body, asOfSeq);
      return { asOfSeq, publicTo, rows: { count: rows.length, hash: hashOfRows(rows) } };
    } catch (error) {
      if (error instanceof Refusal) return { asOfSeq, publicTo, rows: error };
      throw error;
    }
  }

  private commandOf(step: Step): BookCommand {
    switch (step.kind) {
      case 'dispatch':
        return { kind: step.kind, body: step.body, evidence: step.evidence ?? { toBookExists: true } };
      case 'arrival':
        return {
          kind: step.kind,
          body: step.body,
          evidence: step.evidence ?? { dispatch: undefined, settledBy: undefined },
        };
      case 'reversal': {
        const evidence = step.evidence ?? { entry: this.events[step.body.seq], settledBy: undefined };
        return { kind: step.kind, body: step.body, evidence };
      }
      case 'notice':
        return { kind: step.kind, body: step.body, evidence: step.evidence ?? this.noticeEvidence(step.body) };
      case 'objection':
        return { kind: step.kind, body: step.body, evidence: step.evidence ?? { dueOn: () => '2016-08-03' } };
      default:
        return { kind: step.kind, body: step.body } as BookCommand;
    }
  }
}

interface Outcome {
  /** The event that came of it, compared in what is named. */
  thenRecorded<Type extends EventType>(
    type: Type,
    data: object,
    postings?: [account: string, amount: string, fund: string][],
  ): void;
  thenRefused(code: RefusalCode, facts?: RefusalFacts): void;
}

/** given these steps of a book, when this step comes, then this event or refusal. */
export function given(...steps: Step[]): { when(step: Step): Outcome } {
  const book = new TestBook();
  for (const step of steps) book.post(step);
  return {
    when: (step) => ({
      thenRecorded(type, data, postings = []) {
        const event = book.post(step);
        expect(event.type).toBe(type);
        expect(event.data).toEqual(data);
        expect(event.postings.map(({ account, amount, fund }) => [account, amount, fund])).toEqual(postings);
      },
      thenRefused(code, facts = {}) {
        const before = structuredClone(book.state);
        const refusal = refusalOf(() => book.decide(step));
        expect(refusal.code).toBe(code);
        expect(refusal.facts).toMatchObject(facts);
        expect(book.state).toEqual(before);
      },
    }),
  };
}

export function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Balances that are not nothing, as `account|fund` → fen. */
export function standingBalances(book: TestBook): Map<string, Fen> {
  const standing = new Map<string, Fen>();
  for (const [account, funds] of book.state.balances) {
    for (const [fund, { amountFen }] of funds) if (amountFen !== 0n) standing.set(`${account}|${fund}`, amountFen);
  }
  return standing;
}
