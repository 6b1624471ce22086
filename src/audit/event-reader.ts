import type { BookEvent } from '../domain/event.js';
import { parsedJson } from '../parsed-json.js';
import { shown, textOf } from './difference.js';
import { EVENT_SHAPES, TYPE } from './event-shapes.js';
import { KnownTexts, NEW } from './known-texts.js';
import { type Maker, Makers } from './maker.js';
import { type ByteLine, type Scanner, Scanners } from './scanner.js';
import type { Misfit, Shape } from './shape.js';
import { next, type Tape } from './tape.js';

/** C2SP tlog-tiles: the length of an entry is two bytes. */
const MOST_BYTES = 65_535;
/** How an event ends, behind its type. */
const ENDS = Buffer.from('","version":1}');
const QUOTE = 0x22;
const TYPES = [...EVENT_SHAPES.keys()];
/** Stands for the type of an event that was not scanned but read closely. */
const CLOSELY = -1;

/**
 * Events of which nothing is kept but what registers keep of it themselves. What was cut out of a line keeps the whole text in
 * memory, so of the others the texts are made anew.
 */
export const PASSING: ReadonlySet<BookEvent['type']> = new Set([
  'fund.adjusted',
  'funds.allocated',
  'funds.integrated',
  'payment.made',
  'subsidy.paid',
]);

/** What a scan notes of an event before its fields: the number of its type, and where it stands. */
const HEAD = 3;

interface ScannedType {
  number: number;
  scan: Scanner;
}

/** Judges events, each for itself: that it is one of its type to the last field, in canonical form. */
export class EventScan {
  private readonly scanners = new Scanners();
  private readonly names = new KnownTexts(() => true);
  private readonly types = new Map<string, ScannedType>();
  /** The same, by the slot of the name. */
  private readonly bySlot = new Array<ScannedType | undefined>(NEW);

  /** Notes the event of a line, for an `EventMaker`; gives what is wrong with it. */
  note(line: ByteLine, tape: Tape): Misfit | undefined {
    const begins = tape.at;
    tape.at += HEAD;
    const type = this.scan(line, tape);
    tape.numbers[begins] = type ?? CLOSELY;
    tape.numbers[begins + 1] = line.from;
    tape.numbers[begins + 2] = line.to;
    return type === undefined ? misfitOf(line.bytes.toString('latin1', line.from, line.to)) : undefined;
  }

  /** The number of its type; undefined where it is none that is plain to see. */
  private scan(line: ByteLine, tape: Tape): number | undefined {
    if (line.to - line.from > MOST_BYTES) return undefined;
    const type = this.typeOf(line);
    return type?.scan(line, tape) === true ? type.number : undefined;
  }

  /** The type stands near the end, since fields stand in order. */
  private typeOf({ bytes, from, to }: ByteLine): ScannedType | undefined {
    const end = to - ENDS.length;
    let begin = end;
    while (begin > from && bytes[begin - 1] !== QUOTE) begin -= 1;
    const slot = this.names.read(bytes, begin, end);
    if (slot < NEW) return this.bySlot[slot];
    const type = this.typeNamed(bytes.toString('latin1', begin, end));
    this.bySlot[slot - NEW] = type;
    return type;
  }

  /** Made when the first event of the type comes. */
  private typeNamed(name: string): ScannedType | undefined {
    const shape = this.types.has(name) ? undefined : EVENT_SHAPES.get(name);
    if (shape !== undefined)
      this.types.set(name, { number: TYPES.indexOf(name), scan: this.scanners.scannerOf(shape.form) });
    return this.types.get(name);
  }
}

/** Makes the events that an `EventScan` noted. */
export class EventMaker {
  private readonly makers = new Makers();
  private readonly types: (Maker | undefined)[] = [];

  /** @param text in which it stands, a character a byte */
  make(tape: Tape, text: string): BookEvent {
    const type = next(tape);
    const from = next(tape);
    const to = next(tape);
    const event = type === CLOSELY ? undefined : (this.maker(type)(tape, text) as BookEvent);
    return event !== undefined && PASSING.has(event.type) ? event : (JSON.parse(text.slice(from, to)) as BookEvent);
  }

  private maker(type: number): Maker {
    const known = this.types[type];
    if (known !== undefined) return known;
    const { form } = EVENT_SHAPES.get(TYPES[type] as string) as Shape;
    const maker = this.makers.makerOf(form);
    this.types[type] = maker;
    return maker;
  }
}

/** Judges and makes events one at a time. */
export class EventReader {
  private readonly scan = new EventScan();
  private readonly maker = new EventMaker();
  private readonly tape = { numbers: new Int32Array(MOST_BYTES), at: 0 };

  constructor(private readonly differ: (misfit: Misfit) => never) {}

  /** The event of a line. */
  read(line: ByteLine): BookEvent {
    const { tape } = this;
    tape.at = 0;
    const misfit = this.scan.note(line, tape);
    if (misfit !== undefined) this.differ(misfit);
    tape.at = 0;
    return this.maker.make(tape, line.bytes.toString('latin1', 0, line.to));
  }
}

/** What is wrong with an event that was not scanned. */
function misfitOf(text: string): Misfit | undefined {
  const value = parsedJson(text);
  if (value === undefined) return { path: 'event', expected: 'JSON', found: shown(text) };
  if (text.length > MOST_BYTES)
    return { path: 'event', expected: `at most ${MOST_BYTES} bytes`, found: `${text.length}` };
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const shape = EVENT_SHAPES.get(textOf(type));
  if (shape === undefined) return { expected: 'a known type', found: shown(type), ...TYPE.judge(type), path: 'type' };
  const found = shape.judge(value);
  if (found !== undefined) return found;
  const again = JSON.stringify(value);
  return again === text ? undefined : { path: 'event', expected: `canonical form ${shown(again)}`, found: shown(text) };
}
