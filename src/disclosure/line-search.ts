import { DivisionTable, plainName } from '../divisions/division-table.js';
import { type DivisionCode, divisionPrefix, isWithin } from '../domain/division.js';
import { normaliseDocument } from '../domain/document.js';
import { looksPersonal } from '../domain/personal-data.js';
import { counts, type LineRow, lines } from '../views/disclosure/disclosure-tables.js';
import { spoken, termsWithin } from '../views/disclosure/terms.js';
import { type Condition, type Listing, type RowSource, select, type Where } from '../views/engine/row-source.js';
import type { LineKind } from './lines.js';

/** No document, place or thing has so many; a card or an ID number mistyped has. */
const LONG_NUMBER = /\d{15}/;
/** So many that some terms find are looked through here; where there are more, the order of a list leads to a page of them soon enough. */
const MOST_LOOKED_THROUGH = 500;
/** Where the words mean more things than this, they narrow nothing down, and lines are found by their titles alone. */
const MOST_THINGS = 200;
/** No title of a move names a project, so that more of these are each asked for. */
const MOST_PROJECTS = 1_000;
const MOST_PLACES = 5;
const TERMS_AT_ONCE = 16;

/** What entries speak of by its id, so that its name is looked up among these; the title of a move is that of the first. */
const THINGS_IN: Record<LineKind, readonly ('fund' | 'project' | 'asset')[]> = {
  fund: [],
  project: [],
  asset: ['project'],
  notice: [],
  allocation: ['fund', 'project'],
  integration: ['fund'],
  income: ['asset'],
  payout: [],
};
const HAS_NAME_OF_ITS_OWN: readonly LineKind[] = ['fund', 'project', 'asset', 'notice'];

export interface LineQuest {
  kind: LineKind;
  book: DivisionCode;
  division: DivisionCode;
  words: string;
  /** Opaque ids of those who are called so. */
  persons: readonly string[];
}

/** What the words mean, by the terms of what speaks of it. */
interface Meant {
  terms: string[];
  /** Few enough to be looked for one by one. */
  areFew: boolean;
}

/** What somebody typed, without what stands around it; undefined where it is, or may be, a number that must not be seen. */
export function searchable(typed: string): string | undefined {
  const words = typed.trim();
  return words === '' || looksPersonal(words) || LONG_NUMBER.test(words.normalize('NFKC')) ? undefined : words;
}

/** As many lines as are asked for of those that somebody means with some words. */
export async function foundLines(rows: RowSource, quest: LineQuest, listing: LineListing): Promise<LineRow[]> {
  const ways = await waysTo(rows, quest);
  const found = await Promise.all(ways.map((way) => listed(rows, { ...listing, where: { ...listing.where, ...way } })));
  const page = select([...new Map(found.flat().map((row) => [row.id, row])).values()], listing);
  return wholeLines(rows, quest.kind, page);
}

/** As many as are asked for of the lines that speak of one thing, by its term: whatever it is called, and whatever else is called so. */
export async function linesSpeakingOf(
  rows: RowSource,
  kind: LineKind,
  term: string,
  listing: Omit<LineListing, 'where'>,
): Promise<LineRow[]> {
  const where = { kind, terms: { listsAny: [term] } };
  return wholeLines(rows, kind, await listed(rows, { ...listing, where }));
}

type LineListing = Listing<LineRow>;

/** In the same order. */
async function wholeLines(rows: RowSource, kind: LineKind, page: readonly LineRow[]): Promise<LineRow[]> {
  if (page.length === 0) return [];
  const ids = page.map(({ id }) => id);
  const whole = await rows.list(lines, { where: { kind, id: { in: ids } }, orderBy: [] });
  const byId = new Map(whole.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/**
 * By what they are chosen and put in order alone: a word may find ten thousand, of which a page is shown. What terms find is asked for
 * by them alone: how rare they are, the planner of the database may not know.
 */
async function listed(rows: RowSource, listing: LineListing): Promise<LineRow[]> {
  const { terms, ...others } = listing.where ?? {};
  const only = ['id', ...Object.keys(others), ...listing.orderBy] as (keyof LineRow & string)[];
  const list = async (asked: LineListing) => (await rows.list(lines, { ...asked, only })) as LineRow[];
  if (terms === undefined) return list(listing);
  const few = await list({ where: { terms }, orderBy: [], limit: MOST_LOOKED_THROUGH + 1 });
  return few.length > MOST_LOOKED_THROUGH ? list(listing) : select(few, { ...listing, where: others });
}

/**
 * Ways to the lines that somebody means with some words: what has them in its name, what speaks of such a thing, what was paid to a
 * person of that name or under such a policy, what rests on a document of that number, and what lies in a place of that name.
 * A line may be found by several of them.
 */
async function waysTo(rows: RowSource, { kind, book, division, words, persons }: LineQuest): Promise<Where<LineRow>[]> {
  const meant = await Promise.all([
    ...THINGS_IN[kind].map((thing) => thingsNamed(rows, book, thing, words)),
    ...(kind === 'payout' ? [policiesNamed(rows, book, words)] : []),
  ]);
  const document = spoken(book, 'document', normaliseDocument(words));
  const few = meant.flatMap(({ terms, areFew }) => (areFew ? terms : []));
  const terms = [document, ...few, ...persons.map((id) => spoken(book, 'person', id))];
  return [
    ...(HAS_NAME_OF_ITS_OWN.includes(kind) ? [named(book, words)] : []),
    ...(meant[0]?.areFew === false && kind !== 'asset' ? [{ title: { contains: words } }] : []),
    ...inGroups(terms).map((some) => ({ terms: { listsAny: some } })),
    ...placesNamed(book, division, words).map((place) => ({ division: place })),
  ];
}

/** The planner of the database adds up how common each term may be: of very many it would rather read all lines. */
function inGroups(terms: readonly string[]): string[][] {
  const groups = Array.from({ length: Math.ceil(terms.length / TERMS_AT_ONCE) }, (_, index) => index * TERMS_AT_ONCE);
  return groups.map((from) => terms.slice(from, from + TERMS_AT_ONCE));
}

function named(book: DivisionCode, words: string): Where<LineRow> {
  const terms = termsWithin(book, words);
  return { title: { contains: words }, ...(terms.length > 0 && { terms: { listsAll: terms } }) };
}

async function thingsNamed(
  rows: RowSource,
  book: DivisionCode,
  kind: 'fund' | 'project' | 'asset',
  words: string,
): Promise<Meant> {
  const most = kind === 'project' ? MOST_PROJECTS : MOST_THINGS;
  const where = { kind, ...named(book, words) };
  const found = await listed(rows, { where, orderBy: ['id'], limit: most + 1 });
  return { terms: found.map(({ id }) => spoken(book, kind, id)), areFew: found.length <= most };
}

/** A book has few. */
async function policiesNamed(rows: RowSource, book: DivisionCode, words: string): Promise<Meant> {
  const where = { division: book, kind: 'payout', category: { contains: words } };
  const found = await rows.list(counts, { where, orderBy: ['category'], limit: MOST_THINGS + 1 });
  return { terms: found.map(({ category }) => spoken(book, 'policy', category)), areFew: found.length <= MOST_THINGS };
}

/** Those whose names begin so, in the division that is looked at, as far as the book bears on them. */
function placesNamed(book: DivisionCode, division: DivisionCode, words: string): Condition[] {
  const within = isWithin(book, division) ? book : division;
  return DivisionTable.get()
    .search(words.split(/\s+/), MOST_PLACES, within)
    .filter(({ code, name }) => code !== within && plainName(name).startsWith(words.split(/\s+/).at(-1) ?? ''))
    .map(({ code }) => (code.length === 12 ? code : { startsWith: divisionPrefix(code) }));
}
