import type { Movements, Uses } from '../../domain/compact/chains.js';
import { KeySet, type KeySetPart } from '../../domain/compact/key-set.js';
import type { EventType } from '../../domain/event.js';
import type { BookState } from '../../domain/state.js';

const ENTRIES_A_PART = 5_000;

/** How a field of the state is cut into parts of a megabyte or so, each of plain data, and put together again. */
interface Cut<Field extends keyof BookState> {
  parts(value: BookState[Field]): Iterable<unknown>;
  add(state: BookState, part: unknown): void;
}

// A field that is added to the state and not here does not compile.
const CUTS: { [Field in keyof BookState]: Cut<Field> } = {
  opened: whole('opened'),
  nextSeq: whole('nextSeq'),
  lastRecordedAt: whole('lastRecordedAt'),
  closedPeriods: whole('closedPeriods'),
  balances: entries('balances'),
  funds: entries('funds'),
  projects: entries('projects'),
  assets: entries('assets'),
  beneficiaries: entries('beneficiaries'),
  payouts: entries('payouts'),
  notices: entries('notices'),
  objections: entries('objections'),
  dispatches: entries('dispatches'),
  reversedBy: entries('reversedBy'),
  movements: { parts: movementsParts, add: (state, part) => addMovements(state.movements, part as MovementsPart) },
  uses: { parts: usesParts, add: (state, part) => addUses(state.uses, part as UsesPart) },
  ids: { parts: idsParts, add: (state, part) => addIds(state.ids, part as IdsPart) },
};

export type StatePart = [field: keyof BookState, part: unknown];

export function* statePartsOf(state: BookState): Generator<StatePart> {
  for (const field of Object.keys(CUTS) as (keyof BookState)[]) yield* partsOfField(state, field);
}

/** Takes back what `statePartsOf` gave, in its order, into a state that was `initialState`. */
export function addStatePart(state: BookState, [field, part]: StatePart): void {
  CUTS[field].add(state, part);
}

function* partsOfField<Field extends keyof BookState>(state: BookState, field: Field): Generator<StatePart> {
  const cut: Cut<Field> = CUTS[field];
  for (const part of cut.parts(state[field])) yield [field, part];
}

function whole<Field extends 'opened' | 'nextSeq' | 'lastRecordedAt' | 'closedPeriods'>(field: Field): Cut<Field> {
  return {
    parts: (value) => [value],
    add: (state, part) => {
      state[field] = part as BookState[Field];
    },
  };
}

type MapField = {
  [Field in keyof BookState]: BookState[Field] extends Map<infer _, infer __> ? Field : never;
}[keyof BookState];

function entries<Field extends Exclude<MapField, 'ids'>>(field: Field): Cut<Field> {
  return {
    parts: (map) => slices(map as Map<unknown, unknown>),
    add: (state, part) => {
      const map = state[field] as Map<unknown, unknown>;
      for (const [key, value] of part as [unknown, unknown][]) map.set(key, value);
    },
  };
}

function* slices<Key, Value>(map: Map<Key, Value>): Generator<[Key, Value][]> {
  let slice: [Key, Value][] = [];
  for (const entry of map) {
    slice.push(entry);
    if (slice.length < ENTRIES_A_PART) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

type MovementsPart =
  | [column: 'seqs' | 'before', values: ArrayLike<number>]
  | [column: 'amountsFen', values: ArrayLike<bigint>];

function* movementsParts({ seqs, before, amountsFen }: Movements): Generator<MovementsPart> {
  for (const values of seqs.parts()) yield ['seqs', values];
  for (const values of before.parts()) yield ['before', values];
  for (const values of amountsFen.parts()) yield ['amountsFen', values];
}

function addMovements(movements: Movements, [column, values]: MovementsPart): void {
  if (column === 'amountsFen') movements.amountsFen.addPart(values);
  else movements[column].addPart(values);
}

type UsesPart = [column: 'seqs' | 'before', values: ArrayLike<number>] | [column: 'last', entries: [string, number][]];

function* usesParts({ seqs, before, last }: Uses): Generator<UsesPart> {
  for (const values of seqs.parts()) yield ['seqs', values];
  for (const values of before.parts()) yield ['before', values];
  for (const slice of slices(last)) yield ['last', slice];
}

function addUses(uses: Uses, [column, values]: UsesPart): void {
  if (column === 'last') for (const [key, last] of values) uses.last.set(key, last);
  else uses[column].addPart(values);
}

type IdsPart = [type: EventType, part: KeySetPart];

function* idsParts(ids: BookState['ids']): Generator<IdsPart> {
  for (const [type, set] of ids) for (const part of set.parts()) yield [type, part];
}

function addIds(ids: BookState['ids'], [type, part]: IdsPart): void {
  const set = ids.get(type) ?? new KeySet();
  ids.set(type, set);
  set.addPart(part);
}
