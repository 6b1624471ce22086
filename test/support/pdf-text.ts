import { inflateSync } from 'node:zlib';

const STREAM = /(?<dictionary><<(?:(?!endobj).)*?>>)\s*stream\r?\n/gs;

/**
 * The text of each page of a PDF whose fonts map their signs to characters (ToUnicode), as pdfkit writes it: a sign is two
 * bytes in hex. Lines of a page stand in the order in which they were drawn.
 */
export function pdfText(pdf: Buffer): string[] {
  const raw = pdf.toString('latin1');
  const objects = new Map(
    [...raw.matchAll(/(\d+) 0 obj\s(.*?)endobj/gs)].map(([, id, body]) => [id ?? '', body ?? '']),
  );
  const streamOf = (id: string) => {
    const body = objects.get(id) ?? '';
    const start = body.search(STREAM);
    const head = /stream\r?\n/.exec(body);
    if (start < 0 || head === null) throw new Error(`object ${id} has no stream`);
    const bytes = Buffer.from(body.slice(head.index + head[0].length), 'latin1');
    return body.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString('latin1');
  };
  const refer = (body: string, name: string) => new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1] ?? '';
  const signsOf = (font: string) => charactersOf(streamOf(refer(objects.get(font) ?? '', 'ToUnicode')));
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b/.test(body));
  return pages.map((page) => {
    const resources = objects.get(refer(page, 'Resources')) ?? page;
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [name ?? '', signsOf(id ?? '')]),
    );
    return drawn(streamOf(refer(page, 'Contents')), fonts);
  });
}

function drawn(content: string, fonts: Map<string, Map<string, string>>): string {
  let signs = new Map<string, string>();
  const lines: string[] = [];
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) signs = fonts.get(font) ?? new Map();
    else lines.push([...(shown ?? '').matchAll(/<([0-9a-f]*)>/gi)].map(([, hex]) => textOf(hex ?? '', signs)).join(''));
  }
  return lines.join('\n');
}

function textOf(hex: string, signs: Map<string, string>): string {
  return (hex.match(/.{4}/g) ?? []).map((sign) => signs.get(sign.toLowerCase()) ?? '\ufffd').join('');
}

/** A range of a CMap as pdfkit writes it: `<0000> <0004> [<0000> <4e00> <0066 0066> …]`. */
function charactersOf(map: string): Map<string, string> {
  const characters = new Map<string, string>();
  for (const [, from, , list] of map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/gi)) {
    let sign = Number.parseInt(from ?? '0', 16);
    for (const [, hex] of (list ?? '').matchAll(/<([0-9a-f ]*)>/gi)) {
      const units = (hex ?? '').match(/[0-9a-f]{4}/gi) ?? [];
      characters.set(
        sign.toString(16).padStart(4, '0'),
        String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16))),
      );
      sign += 1;
    }
  }
  return characters;
}
