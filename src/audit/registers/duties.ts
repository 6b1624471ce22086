import type { BookEvent, EventOf } from '../../domain/event.js';
import { ASSET_CLASSES } from '../../domain/kinds.js';
import { naturalDays } from '../../domain/notices/minimum-days.js';
import type { ReversedKeys } from '../../domain/reversals/reverse-entry.js';
import type { Row } from './standing.js';

/** Entries of one business date. */
interface Entries {
  day: string;
  seqs: number[];
}

/** Entries that a notice told of, from which day on. */
interface Told {
  entries: Entries[];
  notice: string;
  on: string;
  seq: number;
}

interface Duty {
  duty: string;
  subject: string;
  division: string;
  title: string;
  unit: string | null;
  waiting: Entries[];
  told: Told[];
}

type Name = readonly [duty: string, subject: string];
type Made = Pick<Duty, 'division' | 'title'> & { unit?: string };

const VILLAGE_DIGITS = 12;
/** A bureau has the code of a province, city or county. */
const BUREAU_DIGITS = 6;

/**
 * What must be told of by a notice, and by which it was, as the events of a book make it: each entry waits under the name of what a
 * notice must cover, until one of that division covers it; a notice that is withdrawn gives back what it told of.
 */
export class DutyRegister {
  private readonly duties = new Map<string, Duty>();
  /** What each notice met. */
  private readonly met = new Map<string, Name[]>();
  private readonly funds = new Map<string, string>();
  private readonly people = new Map<string, string>();
  private readonly projects = new Map<string, EventOf<'project.registered'>['data']>();
  private readonly assets = new Map<string, EventOf<'asset.registered'>['data']>();

  constructor(private readonly book: string) {}

  take(event: BookEvent): void {
    this.learn(event);
    if (event.type === 'notice.published') this.meet(event);
    else if (event.type === 'notice.withdrawn') this.takeBack(event.data.notice);
    else if (event.type === 'entry.reversed') {
      for (const [name] of this.dueOf(event)) this.forget(name, event.data.seq);
    } else for (const [name, made] of this.dueOf(event)) this.owe(name, made, event);
  }

  *rows(): Iterable<Row> {
    for (const { duty, subject, division, title, unit, waiting, told } of this.duties.values()) {
      const waits = told.map(({ on, entries }) => naturalDays(entries[0]?.day ?? on, on));
      const [longestWait, waitingSince] = [Math.max(0, ...waits), waiting[0]?.day ?? null];
      const fields = () => ({ division, duty, longestWait, subject, title, told, unit, waiting, waitingSince });
      yield { key: [duty, subject], fields };
    }
  }

  *toldRows(): Iterable<Row> {
    for (const [notice, duties] of this.met) yield { key: [notice], fields: () => ({ duties, notice }) };
  }

  /** What later entries name by its id alone. */
  private learn(event: BookEvent): void {
    switch (event.type) {
      case 'fund.registered':
        this.funds.set(event.data.id, event.data.name);
        break;
      case 'funds.received':
        for (const { id, name } of event.data.funds) this.funds.set(id, name);
        break;
      case 'income.received':
        this.funds.set(event.data.fund.id, event.data.fund.name);
        break;
      case 'asset.registered':
        for (const { id, name } of event.data.opening ?? []) this.funds.set(id, name);
        this.assets.set(event.data.id, event.data);
        break;
      case 'project.registered':
        this.projects.set(event.data.id, event.data);
        break;
      case 'beneficiary.enrolled':
        this.people.set(event.data.id, event.data.division);
        break;
    }
  }

  /** What an entry, or the one that it takes back, must be told of by. */
  private dueOf(event: BookEvent): [Name, Made][] {
    const { type, seq } = event.type === 'entry.reversed' ? event.data : event;
    switch (type) {
      case 'fund.registered':
      case 'fund.adjusted':
      case 'funds.allocated':
      case 'funds.integrated':
      case 'funds.dispatched':
      case 'funds.received':
        return this.ofIncome(event) ?? this.ofAllocation(event, seq);
      case 'income.received':
        return this.ofIncome(event) ?? [];
      case 'project.registered':
        return [[['project_library', this.book], { division: this.book, title: '' }]];
      case 'project.advanced':
        return event.type === 'project.advanced' && event.data.stage !== 'completed' ? [] : this.ofProject(event);
      case 'subsidy.paid':
        return [...this.ofPayout(event), ...(this.ofIncome(event) ?? [])];
      case 'asset.registered':
        return this.ofAsset(event);
      default:
        return [];
    }
  }

  private ofAllocation({ postings }: BookEvent, seq: number): [Name, Made][] {
    const title = this.funds.get(postings[0]?.fund ?? '') ?? '';
    return this.book.length === BUREAU_DIGITS
      ? [[['allocation_result', String(seq)], { division: this.book, title }]]
      : [];
  }

  /** Undefined where no asset earned the money. */
  private ofIncome({ postings }: BookEvent): [Name, Made][] | undefined {
    const id = postings.find(({ account }) => account.startsWith('income:'))?.account.slice('income:'.length);
    if (id === undefined) return undefined;
    const asset = this.assets.get(id);
    return asset === undefined ? [] : [[['asset_income', id], { division: asset.division, title: asset.name }]];
  }

  private ofProject(event: BookEvent): [Name, Made][] {
    const { project: id = '' } = named(event);
    const project = this.projects.get(id);
    if (project === undefined) return [];
    const { division, name: title, responsibleUnit: unit } = project;
    return [[['project_after', id], { division, title, unit }]];
  }

  private ofPayout(event: BookEvent): [Name, Made][] {
    const { beneficiary = '', policy = '', period = '' } = named(event);
    const division = this.people.get(beneficiary);
    return division?.length === VILLAGE_DIGITS
      ? [[subsidyName(division, policy, period), { division, title: `${policy} ${period}` }]]
      : [];
  }

  private ofAsset(event: BookEvent): [Name, Made][] {
    const { id = '' } = named(event);
    const asset = this.assets.get(id);
    if (asset === undefined) return [];
    const { division, class: assetClass } = asset;
    return [[['asset_register', `${division}/${assetClass}`], { division, title: '' }]];
  }

  private owe(name: Name, { division, title, unit }: Made, event: BookEvent): void {
    const [duty, subject] = name;
    const key = name.join(' ');
    const made = { duty, subject, division, title, unit: unit ?? null, waiting: [], told: [] };
    const row = this.duties.get(key) ?? made;
    this.duties.set(key, row);
    addLast(row.waiting, event);
  }

  private meet({ seq, data }: EventOf<'notice.published'>): void {
    const { id: notice, asOfSeq, publicFrom: on } = data;
    const met = this.coveredBy(data).filter((name) => {
      const row = this.duties.get(name.join(' '));
      const entries = only(row?.waiting ?? [], (waiting) => waiting <= asOfSeq);
      if (row === undefined || entries.length === 0) return false;
      row.waiting = only(row.waiting, (waiting) => waiting > asOfSeq);
      row.told.push({ entries, notice, on, seq });
      return true;
    });
    if (met.length > 0) this.met.set(notice, met);
  }

  private coveredBy({ type, division, covers }: EventOf<'notice.published'>['data']): Name[] {
    const { entries = [], policy = '', period = '', project = '', asset = '', assetClass } = covers;
    switch (type) {
      case 'allocation_result':
      case 'donation':
        return entries.map((seq) => ['allocation_result', String(seq)]);
      case 'project_library':
        return division === this.book ? [['project_library', this.book]] : [];
      case 'project_after':
        return [['project_after', project]];
      case 'household_subsidy':
        return [subsidyName(division, policy, period)];
      case 'asset_register':
        return (assetClass === undefined ? ASSET_CLASSES : [assetClass]).map((one) => [type, `${division}/${one}`]);
      case 'asset_income':
        return [['asset_income', asset]];
      default:
        return [];
    }
  }

  private takeBack(notice: string): void {
    for (const name of this.met.get(notice) ?? []) {
      const row = this.duties.get(name.join(' '));
      if (row === undefined) continue;
      const back = row.told.filter((one) => one.notice === notice).flatMap(({ entries }) => entries);
      row.waiting = merged([...row.waiting, ...back]);
      row.told = row.told.filter((one) => one.notice !== notice);
    }
  }

  private forget(name: Name, reversed: number): void {
    const row = this.duties.get(name.join(' '));
    if (row === undefined) return;
    const isOther = (seq: number) => seq !== reversed;
    row.waiting = only(row.waiting, isOther);
    row.told = row.told
      .map((one) => ({ ...one, entries: only(one.entries, isOther) }))
      .filter(({ entries }) => entries.length > 0);
  }
}

/** What the entry, or the one that it takes back, names. */
function named(event: BookEvent): ReversedKeys {
  switch (event.type) {
    case 'entry.reversed':
      return event.data.of;
    case 'project.advanced':
    case 'subsidy.paid':
    case 'asset.registered':
      return event.data;
    default:
      return {};
  }
}

function subsidyName(division: string, policy: string, period: string): Name {
  return ['household_subsidy', `${division}/${policy}/${period}`];
}

/** The last entry so far. They may be thousands, so they are not put in order again. */
function addLast(waiting: Entries[], { effectiveDate: day, seq }: BookEvent): void {
  const at = waiting.findLastIndex((one) => one.day <= day);
  const same = waiting[at];
  if (same?.day === day) same.seqs.push(seq);
  else waiting.splice(at + 1, 0, { day, seqs: [seq] });
}

/** By day, each once. */
function merged(parts: readonly Entries[]): Entries[] {
  const days = Map.groupBy(parts, ({ day }) => day);
  return [...days]
    .map(([day, same]) => ({ day, seqs: same.flatMap(({ seqs }) => seqs).sort((a, b) => a - b) }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function only(entries: readonly Entries[], isKept: (seq: number) => boolean): Entries[] {
  return entries.map(({ day, seqs }) => ({ day, seqs: seqs.filter(isKept) })).filter(({ seqs }) => seqs.length > 0);
}
