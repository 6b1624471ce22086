import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { PlainError } from '../plain-error.js';

/** Excel in Chinese writes CSV in the code page of Windows (GB 18030 reads it) unless it is told otherwise. Error: PlainError. */
export async function encodingOf(file: string): Promise<'utf-8' | 'gb18030'> {
  if (await isText(file, 'utf-8')) return 'utf-8';
  await refuseMixed(file);
  if (await isText(file, 'gb18030')) return 'gb18030';
  throw new PlainError(`${file} 的编码既不是 UTF-8 也不是 GB18030 is neither UTF-8 nor GB 18030.`);
}

async function isText(file: string, encoding: string): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const source = createReadStream(file);
  try {
    // UTF-16 and workbooks have zero bytes; a text has none.
    for await (const chunk of source) if (decoder.decode(chunk, { stream: true }).includes('\0')) return false;
    decoder.decode();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  } finally {
    source.destroy();
  }
}

/**
 * Three characters of GB 18030 look like two of UTF-8 now and then, and six like four hardly ever. So one line with four characters in UTF-8
 * shows that the file mixes both; as do fewer where no more lines speak against UTF-8 than for it.
 */
const SURELY = 4;

/** One cell in another encoding must not make all others unreadable. Error: PlainError. */
async function refuseMixed(file: string): Promise<void> {
  const found = { 'utf-8': 0, other: 0 };
  const first = { 'utf-8': 0, other: 0 };
  let isSure = false;
  let at = 0;
  for await (const line of linesOf(file)) {
    at += 1;
    const characters = hanziInUtf8(line);
    if (characters === 0) continue;
    const kind = characters === undefined ? 'other' : 'utf-8';
    found[kind] += 1;
    first[kind] ||= at;
    isSure ||= (characters ?? 0) >= SURELY;
  }
  const isMixed = found['utf-8'] > 0 && found.other > 0;
  if (!isMixed || (!isSure && found['utf-8'] < found.other)) return;
  throw new PlainError(
    `${file} 混用两种编码:第 ${first['utf-8']} 行是 UTF-8,第 ${first.other} 行不是。请统一另存为 UTF-8。\n` +
      `It mixes two encodings: line ${first['utf-8']} is UTF-8 and line ${first.other} is not; save it as UTF-8 throughout.`,
  );
}

/** Undefined where the line is not UTF-8. */
function hanziInUtf8(line: Buffer): number | undefined {
  return isUtf8(line) ? (line.toString('utf8').match(/\p{Script=Han}/gu)?.length ?? 0) : undefined;
}

/** Without their ends. In both encodings no character has the byte of a newline inside it. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]);
      rest = [];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
  }
  yield Buffer.concat(rest);
}
