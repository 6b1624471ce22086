import { createHash } from 'node:crypto';
import type { Scenario, Step } from '../../src/demo/fixtures/step.js';
import { drawnBoard } from '../../src/demo/player/drawn-board.js';
import type { CommandBodies } from '../../src/domain/command.js';
import type { BookEvent } from '../../src/domain/event.js';
import { Refusal } from '../../src/domain/refusal.js';
import { TestBook, type Step as TestStep } from '../support/given.js';

export const TODAY = '2026-11-22';

/** Plays the demo's steps on the bare domain, without HTTP or a database. */
export class DomainPlayer {
  readonly books = new Map<string, TestBook>();
  readonly refused: { key: string; code: string }[] = [];
  private readonly events = new Map<string, BookEvent>();

  play(scenario: Scenario): void {
    for (const step of scenario.waves.flat()) this.post(step);
  }

  private post(step: Step): void {
    const book = this.books.get(step.book) ?? new TestBook(step.book);
    this.books.set(step.book, book);
    try {
      const event = book.post({
        ...this.commandOf(step),
        circumstances: { key: step.key, today: TODAY, recordedAt: `${TODAY}T01:02:03.000Z` },
      } as TestStep);
      this.events.set(step.key, event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refused.push({ key: step.key, code: error.code });
      if (error.code !== step.refusedAs) throw new Error(`${step.key}: ${error.code} ${error.message}`);
    }
  }

  private commandOf(step: Step): object {
    const seqOf = (key: string): number => this.events.get(key)?.seq ?? -1;
    if (step.kind === 'beneficiary') return { kind: step.kind, body: sealed(step) };
    if (step.kind === 'reversal') {
      const { of, ...body } = step.body;
      return { kind: step.kind, body: { ...body, seq: seqOf(of) } };
    }
    if (step.kind === 'arrival') {
      const dispatch = this.books
        .get(step.body.fromBook)
        ?.events.find((event) => event.type === 'funds.dispatched' && event.data.id === step.body.dispatch);
      return { kind: step.kind, body: step.body, evidence: { dispatch, settledBy: undefined } };
    }
    if (step.kind === 'photo') {
      const photo = drawnBoard(step.key);
      const sha256 = createHash('sha256').update(photo).digest('hex');
      const facts = { sha256, mediaType: 'image/png', bytes: photo.length };
      return { kind: 'notice_evidence', body: { ...step.body, ...facts } };
    }
    if (step.kind === 'objection') {
      const { text, ...open } = step.body;
      const sealedText = { id: idOf(step.key), commitment: createHash('sha256').update(text).digest('hex') };
      return { kind: step.kind, body: { ...open, ...sealedText }, evidence: { dueOn: () => '2026-12-11' } };
    }
    const body = JSON.stringify(step.body)
      .replace(/"#([^"]+)"/g, (_, key: string) => String(seqOf(key)))
      .replace(/@(demo[^"]+)/g, (_, key: string) => idOf(key));
    return { kind: step.kind, body: JSON.parse(body) as unknown };
  }
}

function sealed({ key, body }: Extract<Step, { kind: 'beneficiary' }>): CommandBodies['beneficiary'] {
  const { division, categories } = body;
  return { id: idOf(key), commitment: createHash('sha256').update(key).digest('hex'), division, categories };
}

function idOf(key: string): string {
  return `b.${key}`;
}
