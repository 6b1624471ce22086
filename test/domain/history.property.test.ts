import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { evolve, initialState } from '../../src/domain/book.js';
import type { BookEvent } from '../../src/domain/event.js';
import { parseYuan } from '../../src/domain/money.js';
import { unbalancedFund } from '../../src/domain/posting.js';
import { Refusal } from '../../src/domain/refusal.js';
import { NOT_REVERSIBLE } from '../../src/domain/reversals/reverse-entry.js';
import { sumShares } from '../../src/domain/share.js';
import { refusalOf, standingBalances, TestBook } from '../support/given.js';
import { type Move, moves, World } from '../support/world.js';

// Random histories of three books that dispatch to one another; each run plays up to 80 commands.
const RUNS = { numRuns: 800 };

function play(script: Move[]): World {
  const world = new World();
  for (const move of script) world.play(move);
  return world;
}

function forAllHistories(check: (world: World) => void): void {
  fc.assert(
    fc.property(moves(80), (script) => check(play(script))),
    RUNS,
  );
}

/** Entries that are neither reversals nor reversed, the last first. */
function standing(world: World): { book: TestBook; event: BookEvent }[] {
  return world.log
    .filter(({ book, event }) => event.type !== 'entry.reversed' && !book.state.reversedBy.has(event.seq))
    .reverse();
}

const REVERSIBLE = ({ event }: { event: BookEvent }) => !NOT_REVERSIBLE.has(event.type);

it('balances every event for each fund, and the whole book', () => {
  forAllHistories((world) => {
    expect(world.log.filter(({ event }) => unbalancedFund(event.postings) !== undefined)).toEqual([]);
    for (const book of world.books) {
      const totals = new Map<string, bigint>();
      const negative: string[] = [];
      for (const [key, amountFen] of standingBalances(book)) {
        const fund = key.slice(key.indexOf('|') + 1);
        totals.set(fund, (totals.get(fund) ?? 0n) + amountFen);
        if (amountFen < 0n && !key.startsWith('source:')) negative.push(key);
      }
      expect(negative).toEqual([]);
      expect([...totals].filter(([, totalFen]) => totalFen !== 0n)).toEqual([]);
    }
  });
});

it('owns every asset whole, whoever its owners became', () => {
  forAllHistories((world) => {
    const owners = world.books.flatMap((book) => [...book.state.assets.values()].flatMap((asset) => asset.owners));
    expect(owners.filter((shared) => sumShares(shared.map(({ share }) => share)) !== '1')).toEqual([]);
  });
});

it('can be checked by adding the postings, without the rules', () => {
  forAllHistories((world) => {
    for (const book of world.books) {
      const sums = new Map<string, bigint>();
      for (const { postings } of book.events) {
        for (const { account, fund, amount } of postings) {
          const key = `${account}|${fund}`;
          sums.set(key, (sums.get(key) ?? 0n) + parseYuan(amount));
        }
      }
      for (const [key, sumFen] of sums) if (sumFen === 0n) sums.delete(key);
      expect(standingBalances(book)).toEqual(sums);
    }
  });
});

it('comes back the same from the bytes of its events', () => {
  forAllHistories((world) => {
    for (const book of world.books) {
      const rebuilt = initialState();
      for (const event of book.events) evolve(rebuilt, JSON.parse(JSON.stringify(event)) as BookEvent);
      expect(isDeepStrictEqual(rebuilt, book.state)).toBe(true);
    }
  });
});

it('leaves the state alone where it refuses', () => {
  fc.assert(
    fc.property(moves(30), (script) => {
      const world = new World();
      for (const move of script) {
        const before = structuredClone(world.books.map((book) => book.state));
        if (world.play(move) instanceof Refusal) expect(world.books.map((book) => book.state)).toEqual(before);
      }
    }),
    { numRuns: 200 },
  );
});

it('restores every balance when the last entry is reversed', () => {
  fc.assert(
    fc.property(moves(40), (script) => {
      const world = new World();
      for (const move of script) {
        const before = world.books.map(standingBalances);
        const event = world.play(move);
        if (event instanceof Refusal || NOT_REVERSIBLE.has(event.type)) continue;
        world.reverse(world.bookOf(event.book), event.seq);
        expect(world.books.map(standingBalances)).toEqual(before);
        world.play(move);
      }
    }),
    RUNS,
  );
});

it('is after any reversals what the entries that still stand make by themselves', () => {
  forAllHistories((world) => {
    for (const book of world.books) {
      const alone = new TestBook(book.id);
      for (const event of book.events) {
        if (event.type === 'entry.reversed' || book.state.reversedBy.has(event.seq)) continue;
        const renumbered = { ...event, seq: alone.events.length };
        evolve(alone.state, renumbered);
        alone.events.push(renumbered);
      }
      expect(standingBalances(alone)).toEqual(standingBalances(book));
    }
  });
});

it('can be taken back entry by entry, the last first, down to nothing', () => {
  forAllHistories((world) => {
    for (const { book, event } of standing(world).filter(REVERSIBLE)) world.reverse(book, event.seq);
    for (const book of world.books) expect(standingBalances(book).size).toBe(0);
  });
});

it('names the entries whose reversal lets an entry be reversed', () => {
  fc.assert(
    fc.property(moves(60), fc.nat(), (script, n) => {
      const world = play(script);
      const candidates = standing(world).filter(REVERSIBLE);
      const chosen = candidates[n % (candidates.length || 1)];
      if (chosen !== undefined) reverseWithWhatIsBuiltUponIt(world, chosen.book, chosen.event.seq);
    }),
    RUNS,
  );
});

/** Follows what each refusal names, as a clerk would; every round must reverse something, so it ends. */
function reverseWithWhatIsBuiltUponIt(world: World, book: TestBook, seq: number): void {
  while (!book.state.reversedBy.has(seq)) {
    let refusal: Refusal;
    try {
      world.reverse(book, seq);
      return;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
    if (refusal.code === 'dispatch_settled') {
      const arrival = refusal.facts.settledBy as { book: string; seq: number };
      reverseWithWhatIsBuiltUponIt(world, world.bookOf(arrival.book), arrival.seq);
      continue;
    }
    expect(refusal.code).toBe('entry_built_upon');
    const entries = refusal.facts.entries ?? [];
    expect(entries.length).toBeGreaterThan(0);
    for (const later of [...entries].reverse()) {
      expect(later).toBeGreaterThan(seq);
      reverseWithWhatIsBuiltUponIt(world, book, later);
    }
  }
}

it('refuses a second reversal of anything', () => {
  forAllHistories((world) => {
    for (const book of world.books) {
      for (const seq of book.state.reversedBy.keys()) {
        expect(refusalOf(() => world.reverse(book, seq)).code).toBe('entry_already_reversed');
      }
    }
  });
});
