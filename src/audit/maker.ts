import { type Judge, ownText } from './byte-text.js';
import { NEW } from './known-texts.js';
import type { Form } from './shape.js';
import { BITS, next, type Tape } from './tape.js';

/** Makes the next value of a tape, its texts cut out of this one, of which each character is a byte. */
export type Maker = (tape: Tape, text: string) => unknown;

/** Makes values of what the scanners of the same shapes noted: nothing is judged any more. */
export class Makers {
  /** As the scanners number them. */
  private readonly known = new Map<Judge, string[]>();

  makerOf(form: Form): Maker {
    switch (form.is) {
      case 'text':
        return form.isKnown ? knownMaker(this.knownTexts(form.isRight)) : makeText;
      case 'whole':
        return next;
      case 'constant': {
        const { value } = form;
        return () => value;
      }
      case 'list':
        return listMaker(this.makerOf(form.item));
      case 'record':
        return recordMaker(form.fields.map((field) => ({ ...field, make: this.makerOf(field.form) })));
      case 'anything':
        throw new Error('what may be anything is not scanned');
    }
  }

  private knownTexts(isRight: Judge): string[] {
    const known = this.known.get(isRight) ?? new Array<string>(NEW);
    this.known.set(isRight, known);
    return known;
  }
}

function makeText(tape: Tape, text: string): string {
  const from = next(tape);
  return text.slice(from, next(tape));
}

function knownMaker(known: string[]): Maker {
  return (tape, text) => {
    const number = next(tape);
    if (number < NEW) return known[number];
    const own = ownText(makeText(tape, text));
    known[number - NEW] = own;
    return own;
  };
}

function listMaker(make: Maker): Maker {
  return (tape, text) => {
    const values = new Array<unknown>(next(tape));
    for (let index = 0; index < values.length; index += 1) values[index] = make(tape, text);
    return values;
  };
}

function recordMaker(fields: readonly { name: string; isRequired: boolean; make: Maker }[]): Maker {
  const isWhole = fields.every(({ isRequired }) => isRequired);
  const put = putTogether(fields.map(({ name }) => name));
  const makers = fields.map(({ make }) => make);
  const values: unknown[] = fields.map(() => undefined);
  return (tape, text) => {
    let there = -1;
    for (let index = 0; index < makers.length; index += 1) {
      if (!isWhole && index % BITS === 0) there = next(tape);
      values[index] = (there & (1 << (index % BITS))) === 0 ? undefined : makers[index]?.(tape, text);
    }
    return put(values);
  };
}

/** Makes an object of values by the names of their fields, as V8 likes it best: written out. The names are those of a shape. */
function putTogether(names: readonly string[]): (values: readonly unknown[]) => object {
  const fields = names.map((name, index) => `${JSON.stringify(name)}: values[${index}]`);
  return new Function('values', `return { ${fields.join(', ')} };`) as (values: readonly unknown[]) => object;
}
