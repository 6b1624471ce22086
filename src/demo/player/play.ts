import { PlainError } from '../../plain-error.js';
import type { Scenario, Step, Wave } from '../fixtures/step.js';
import { drawnBoard } from './drawn-board.js';
import { type Answer, type LedgerClient, ProblemAnswer, told } from './ledger-client.js';
import { routeOf } from './routes.js';

/** A step that had to be refused, and was. */
export interface Refused {
  step: Step;
  detail: string;
}

export interface Played {
  /** Answers by idempotency key. */
  answers: Map<string, Answer>;
  refused: Refused[];
}

/**
 * Whose token a step is posted with: books are opened by an admin, corrections made by a reviewer, objections filed by
 * anybody, the rest by the clerk of the book.
 */
export type ClientFor = (step: Step) => LedgerClient;

const IN_FLIGHT_PER_BOOK = 4;

/** Plays the scenarios side by side; inside one, wave by wave, a few requests at a time for each book. */
export async function play(scenarios: Scenario[], clientFor: ClientFor, onDone: () => void): Promise<Played> {
  const played: Played = { answers: new Map(), refused: [] };
  let hasFailed = false;
  const playStep = async (step: Step): Promise<void> => {
    if (hasFailed) return;
    await post(step, clientFor(step), played);
    onDone();
  };
  const playAll = scenarios.map(async ({ waves }) => {
    for (const wave of waves) await playWave(wave, playStep);
  });
  await Promise.all(playAll).catch(async (error: unknown) => {
    // Nothing more is sent, and what is under way is answered before the caller stops the service.
    hasFailed = true;
    await Promise.allSettled(playAll);
    throw error;
  });
  return played;
}

async function playWave(wave: Wave, playStep: (step: Step) => Promise<void>): Promise<void> {
  const byBook = Map.groupBy(wave, (step) => step.book);
  await Promise.all(
    [...byBook.values()].flatMap((steps) => {
      const queue = steps.values();
      return Array.from({ length: IN_FLIGHT_PER_BOOK }, async () => {
        for (const step of queue) await playStep(step);
      });
    }),
  );
}

async function post(step: Step, client: LedgerClient, played: Played): Promise<void> {
  const answered = (key: string): Answer => {
    const answer = played.answers.get(key);
    if (answer === undefined) throw new Error(`${step.key} needs ${key}, which comes later`);
    return answer;
  };
  const filled = { ...step, body: fillIn(step.body, answered) } as Step;
  const { path, body } = routeOf(filled, (key) => answered(key).seq);
  try {
    const answer =
      step.kind === 'photo'
        ? await client.postPhoto(path, step.key, drawnBoard(step.key))
        : await client.post(path, step.key, body);
    if (step.refusedAs !== undefined)
      throw new PlainError(`${step.key} was accepted; it must be refused as ${step.refusedAs}.`);
    played.answers.set(step.key, answer);
  } catch (error) {
    if (!(error instanceof ProblemAnswer)) throw error;
    if (error.code !== step.refusedAs) throw asPlainError(step, path, error);
    played.refused.push({ step, detail: error.message });
  }
}

const FOREIGN_DATA: ReadonlySet<string> = new Set(['idempotency_key_reused', 'book_exists']);

function asPlainError({ key }: Step, path: string, problem: ProblemAnswer): PlainError {
  const hint = FOREIGN_DATA.has(problem.code)
    ? '\nThe data folder (or database) holds other data than this demo made: name an empty one by DATA_DIR or DATABASE_URL.'
    : '';
  return new PlainError(`POST ${path} with the key ${key} was answered ${told(problem)}${hint}`);
}

const REFERENCE = /^(beneficiary:)?@(.+)$/;

/** Puts the ids that the service answered in the place of `@<key>`, the seqs in that of `#<key>`. */
function fillIn(value: unknown, answered: (key: string) => Answer): unknown {
  if (typeof value === 'string') {
    if (value.startsWith('#')) return answered(value.slice(1)).seq;
    const [, prefix = '', key] = REFERENCE.exec(value) ?? [];
    return key === undefined ? value : prefix + answered(key).id;
  }
  if (Array.isArray(value)) return value.map((item) => fillIn(item, answered));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, answered)]));
}
