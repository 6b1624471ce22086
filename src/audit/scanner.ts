import type { Form } from './shape.js';

/** Gives the value of a text in canonical form that has a shape; nothing where it has not, or where that is not plain to see. */
export type Scanner = (text: string) => unknown;

/**
 * Makes a program that reads one shape: it compares names where they must stand, cuts texts out up to the next quote and judges
 * them, and so parses, judges and proves canonical form in one go, several times as fast as doing it one after the other. What it
 * takes is right; of what it does not take nothing is said, and whoever calls it looks closer. Texts with a backslash are among that.
 * The program is made of shapes alone, never of what is read.
 */
export function scannerOf(form: Form): Scanner {
  const writer = new ProgramWriter();
  const value = writer.read(form);
  const body = `
    if (text.includes('\\\\')) return undefined;
    let at = 0, end = 0, code = 0;
    ${writer.program}
    return at === text.length ? ${value} : undefined;`;
  return new Function('judges', `return function scan(text) {${body}}`)(writer.judges) as Scanner;
}

const GIVE_UP = 'return undefined;';

class ProgramWriter {
  program = '';
  readonly judges: ((text: string) => boolean)[] = [];
  private names = 0;

  /** Writes what reads a value of this form, and gives the expression of it. */
  read(form: Form): string {
    switch (form.is) {
      case 'text':
        return this.readText(form.isRight);
      case 'whole':
        return this.readWhole(form.least, form.most);
      case 'constant':
        this.expect(form.json);
        return form.json;
      case 'list':
        return this.readList(form);
      case 'record':
        return this.readRecord(form);
      case 'anything':
        throw new Error('what may be anything cannot be scanned');
    }
  }

  private name(): string {
    this.names += 1;
    return `v${this.names}`;
  }

  private write(line: string): void {
    this.program += `${line}\n`;
  }

  private expect(literal: string): void {
    this.write(`if (!text.startsWith(${JSON.stringify(literal)}, at)) ${GIVE_UP} at += ${literal.length};`);
  }

  private readText(isRight: (text: string) => boolean): string {
    const name = this.name();
    const judge = this.judges.push(isRight) - 1;
    this.write(`if (text.charCodeAt(at) !== 34 || (end = text.indexOf('"', at + 1)) < 0) ${GIVE_UP}`);
    this.write(`const ${name} = text.slice(at + 1, end); if (!judges[${judge}](${name})) ${GIVE_UP} at = end + 1;`);
    return name;
  }

  private readWhole(least: number, most: number): string {
    const name = this.name();
    this.write(`end = at; while ((code = text.charCodeAt(end)) >= 48 && code <= 57) end += 1;`);
    this.write(`if (end === at || end - at > 15 || (end - at > 1 && text.charCodeAt(at) === 48)) ${GIVE_UP}`);
    this.write(
      `const ${name} = +text.slice(at, end); if (${name} < ${least} || ${name} > ${most}) ${GIVE_UP} at = end;`,
    );
    return name;
  }

  private readList({ item, least }: { item: Form; least: number }): string {
    const name = this.name();
    this.expect('[');
    this.write(`const ${name} = []; if (text.charCodeAt(at) === 93) at += 1; else for (;;) {`);
    const value = this.read(item);
    this.write(`${name}.push(${value}); code = text.charCodeAt(at); at += 1;`);
    this.write(`if (code === 93) break; if (code !== 44) ${GIVE_UP} }`);
    if (least > 0) this.write(`if (${name}.length < ${least}) ${GIVE_UP}`);
    return name;
  }

  private readRecord({ fields }: { fields: { name: string; form: Form; isRequired: boolean }[] }): string {
    const begun = this.name();
    this.expect('{');
    this.write(`let ${begun} = false;`);
    const values = fields.map(({ name, form, isRequired }, index) => {
      const isAfterRequired = fields.slice(0, index).some((field) => field.isRequired);
      const literal = JSON.stringify(`${JSON.stringify(name)}:`);
      const isHere = isAfterRequired
        ? `text.startsWith(${JSON.stringify(`,${JSON.stringify(name)}:`)}, at)`
        : `(${begun} ? text.charCodeAt(at) === 44 && text.startsWith(${literal}, at + 1) : text.startsWith(${literal}, at))`;
      const length = name.length + 3;
      const skip = isAfterRequired
        ? `at += ${length + 1};`
        : `at += ${begun} ? ${length + 1} : ${length}; ${begun} = true;`;
      if (isRequired) {
        this.write(`if (!${isHere}) ${GIVE_UP} ${skip}`);
        return `${JSON.stringify(name)}: ${this.read(form)}`;
      }
      const value = this.name();
      this.write(`let ${value}; if (${isHere}) { ${skip}`);
      this.write(`${value} = ${this.read(form)}; }`);
      return `${JSON.stringify(name)}: ${value}`;
    });
    this.expect('}');
    return `{ ${values.join(', ')} }`;
  }
}
