import type { ComponentChildren } from 'preact';
import type { LineKind } from '../disclosure/lines.js';
import type { PublishedLine } from '../disclosure/published-lines.js';
import { isWithin } from '../domain/division.js';
import { grouped, sumYuan } from './figures.js';
import type { Setting } from './page.js';

/**
 * What lines that stand come to; none for notices, and none where a yuan would count twice, because one line moves on what
 * another brought.
 */
export function totalOf(kind: LineKind, lines: readonly PublishedLine[], setting: Setting): ComponentChildren {
  if (lines.length === 0 || kind === 'notice' || countsTwice(lines)) return undefined;
  return kind === 'income' ? incomeAndSharing(lines, setting) : grouped(sumYuan(lines));
}

/** What came in and what was shared of it are no sum together. */
function incomeAndSharing(lines: readonly PublishedLine[], { say }: Setting): ComponentChildren {
  const income = lines.filter(isOf('income'));
  const shared = income.filter(({ facts }) => facts.to !== null);
  const received = income.filter(({ facts }) => facts.to === null);
  return (
    <>
      {received.length > 0 && (
        <span class="part">
          {say('收入', 'Received')} {grouped(sumYuan(received))}
        </span>
      )}
      {shared.length > 0 && (
        <span class="part">
          {say('分配', 'Shared')} {grouped(sumYuan(shared))}
        </span>
      )}
    </>
  );
}

/** A book and one below it both tell of what was dispatched from one to the other; a holder passes on what it was given. */
function countsTwice(lines: readonly PublishedLine[]): boolean {
  const allocations = lines.filter(isOf('allocation'));
  const books = [...new Set([...lines.filter(isOf('fund')), ...allocations].map(({ book }) => book))];
  if (books.some((book) => books.some((other) => other !== book && isWithin(book, other)))) return true;
  const reached = new Set(allocations.map(({ book, facts }) => `${book} ${facts.to}`));
  return allocations.some(({ book, facts }) => reached.has(`${book} ${facts.from}`));
}

export function isOf<Kind extends LineKind>(kind: Kind) {
  return (line: PublishedLine): line is PublishedLine<Kind> => line.kind === kind;
}
