import type { CommandKind } from '../../src/domain/command.js';
import { REFUSALS } from '../../src/domain/refusal.js';
import { refusalsOf } from '../../src/http/openapi/refusals-of.js';
import { given, refusalOf, TestBook } from '../support/given.js';
import { LADDERS } from './ladders.js';
import type { Scene } from './spoils.js';

/** Raised where a whole event is at hand, by the writer: see test/posting/event-size.test.ts. */
const OUTSIDE_THE_RULES = ['event_too_large'];

function codeOf({ given: steps, step }: Scene): string {
  const book = new TestBook();
  for (const earlier of steps) book.post(earlier);
  return refusalOf(() => book.decide(step)).code;
}

describe.each(Object.keys(LADDERS) as CommandKind[])('a command of kind %s', (kind) => {
  const { valid, rungs } = LADDERS[kind];

  it('is taken where nothing speaks against it', () => {
    const book = new TestBook();
    for (const earlier of valid.given) book.post(earlier);
    expect(book.post(valid.step).seq).toBe(valid.given.length);
  });

  it.each(rungs)('is refused with %s, and nothing changes', (code, spoil) => {
    const { given: steps, step } = spoil(valid);
    given(...steps)
      .when(step)
      .thenRefused(code);
  });

  it('is refused by the earliest of several rules, in the documented order', () => {
    let scene = valid;
    const met: string[] = [];
    for (const [, spoil] of [...rungs].reverse()) {
      scene = spoil(scene);
      met.unshift(codeOf(scene));
    }
    expect(met).toEqual(rungs.map(([code]) => code));
  });

  it('meets no other refusal than those that the interface documents, in that order', () => {
    const documented = refusalsOf(kind).filter((code) => !OUTSIDE_THE_RULES.includes(code));
    // A dispatch asks for two books: its own first, the one that it names among its own rules.
    const codes = rungs.map(([code]) => code).filter((code, index, all) => all.indexOf(code) === index);
    expect(codes).toEqual(documented);
  });
});

it('every refusal is met here', () => {
  const met = Object.values(LADDERS).flatMap(({ rungs }) => rungs.map(([code]) => code as string));
  expect([...new Set([...met, ...OUTSIDE_THE_RULES])].sort()).toEqual(Object.keys(REFUSALS).sort());
});
