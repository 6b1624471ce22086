import type { BookEvent } from '../../domain/event.js';

/** Writes the entries of one book one after another; whatever it remembers is of that book. */
export interface JournalFormat {
  comment(text: string): string;
  /** What stands once at the beginning. */
  preamble(): string;
  entry(event: BookEvent): string;
}

/** What is said of an entry beside its postings, by name: the same in every format. */
export function factsOf(event: BookEvent): [name: string, value: string][] {
  const { id, command, actor, recordedAt, documents, note, data } = event;
  const facts: [string, string][] = [
    ['event', id],
    ['command', command],
    ['actor', actor],
    ['recorded', recordedAt],
  ];
  if (event.type === 'entry.reversed') facts.push(['reverses', String(event.data.seq)]);
  if ('name' in data) facts.push(['name', data.name]);
  if ('payee' in data) facts.push(['payee', data.payee]);
  if ('beneficiary' in data) facts.push(['beneficiary', data.beneficiary]);
  if (event.type === 'subsidy.paid' || event.type === 'income.received') facts.push(['period', event.data.period]);
  if ('title' in data) facts.push(['title', data.title]);
  if ('reason' in data && data.reason !== undefined) facts.push(['reason', data.reason]);
  if (documents.length > 0) facts.push(['documents', documents.join('、')]);
  if (note !== undefined) facts.push(['note', note]);
  return facts;
}

/** A line that says what the entry is: its type and what it names. */
export function titleOf(event: BookEvent): string {
  if (event.type === 'entry.reversed') return `${event.type} of entry ${event.data.seq}`;
  if (event.type === 'period.closed') return `${event.type} ${event.data.period}`;
  if (event.type === 'project.advanced') return `${event.type} ${event.data.project} ${event.data.stage}`;
  if (event.type === 'notice.evidenced' || event.type === 'notice.withdrawn')
    return `${event.type} ${event.data.notice}`;
  if (event.type === 'objection.answered') return `${event.type} ${event.data.objection}`;
  return `${event.type} ${event.data.id}`;
}
