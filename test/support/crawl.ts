import { gunzipSync, inflateRawSync } from 'node:zlib';
import { pdfText } from './pdf-text.js';

export interface Answered {
  path: string;
  status: number;
  /** Names and values, as text. */
  headers: string;
  /** As text; of a workbook and a PDF what is packed in it too. */
  body: string;
}

/**
 * Everything that a stranger reaches from these addresses, answered: pages by their links and forms, JSON by whatever
 * looks like an address in it, feeds by theirs.
 *
 * @param isWanted whether an address, as a path with its query, is to be asked for.
 */
export async function crawl(
  url: string,
  seeds: readonly string[],
  isWanted: (path: string) => boolean,
): Promise<Answered[]> {
  const seen = new Set(seeds);
  const waiting = [...seeds];
  const answers: Answered[] = [];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const response = await fetch(url + path, { redirect: 'manual' });
    const body = textOf(Buffer.from(await response.arrayBuffer()));
    const headers = JSON.stringify([...response.headers]);
    answers.push({ path, status: response.status, headers, body });
    const location = response.headers.get('location');
    for (const link of [...linksIn(body), ...(location === null ? [] : [location])]) {
      const found = pathOn(url, link, path);
      if (found === undefined || seen.has(found) || !isWanted(found)) continue;
      seen.add(found);
      waiting.push(found);
    }
  }
  return answers;
}

function linksIn(body: string): string[] {
  const named = [...body.matchAll(/(?:href|src|action)="([^"]+)"/g)].map(([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  );
  const quoted = [...body.matchAll(/"((?:https?:\/\/|\/)[^"\s\\]+)"/g)].map(([, link = '']) => link);
  return [...named, ...quoted];
}

function pathOn(url: string, link: string, from: string): string | undefined {
  if (!URL.canParse(link, url + from)) return undefined;
  const { origin, pathname, search } = new URL(link, url + from);
  return origin === new URL(url).origin ? pathname + search : undefined;
}

/** What bytes say: of a workbook, a PDF or a packed file what is in it too. */
export function textOf(bytes: Buffer): string {
  const magic = bytes.subarray(0, 4).toString('latin1');
  if (magic === 'PK\x03\x04') return unpacked(bytes);
  // A line may end after each sign.
  if (magic === '%PDF')
    return [...pdfText(bytes).map((page) => page.replace(/\s+/g, '')), bytes.toString('latin1')].join('\n');
  if (magic.startsWith('\x1f\x8b')) return gunzipSync(bytes).toString();
  return bytes.toString();
}

const CENTRAL_HEADER = Buffer.from('PK\x01\x02', 'latin1');

/** The files of a ZIP, one after the other: APPNOTE 4.3.12, by the directory at its end. */
function unpacked(zip: Buffer): string {
  const files: string[] = [];
  for (let at = zip.indexOf(CENTRAL_HEADER); at >= 0; at = zip.indexOf(CENTRAL_HEADER, at + 4)) {
    const [method, size, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + size);
    files.push((method === 8 ? inflateRawSync(packed) : packed).toString());
  }
  return files.join('\n');
}
