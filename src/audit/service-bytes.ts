import { setTimeout as wait } from 'node:timers/promises';
import { parsedJson } from '../parsed-json.js';
import { PlainError } from '../plain-error.js';
import { type Fields, isObject } from './row-misfit.js';

const WITHIN_MS = 30_000;
const MOST_TEXT = 1 << 20;
/** Of a page of lines, or of a notice with all its rows. */
const MOST_JSON = 1 << 26;
/** A service says so where it is asked too often, or where its read models are not there yet. */
const LATER = new Set([429, 503]);
const LEAST_WAIT_S = 1;
/** For one answer, in all. */
const MOST_WAIT_S = 300;
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const MOST_CLOSED = 2;

export async function readText(url: string): Promise<string> {
  return (await readBytes(url, MOST_TEXT)).toString();
}

/** A JSON object, its texts byte for byte; undefined where there is none (404). Errors: PlainError. */
export async function readJson(url: string): Promise<Fields | undefined> {
  const bytes = await read(url, MOST_JSON);
  if (bytes === undefined) return undefined;
  const value = parsedJson(bytes.toString('latin1'));
  if (!isObject(value) || Array.isArray(value))
    throw new PlainError(`${url} 的答复不是 JSON 对象 does not answer with a JSON object.`);
  return value;
}

export async function readBytes(url: string, most: number): Promise<Buffer> {
  const bytes = await read(url, most);
  if (bytes === undefined) throw new PlainError(`${url} 没有此内容 answers with status 404.`);
  return bytes;
}

/** Errors: PlainError. */
async function read(url: string, most: number): Promise<Buffer | undefined> {
  const response = await ask(url);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new PlainError(`${url} 未能答复 answers with status ${response.status}.`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > most) throw new PlainError(`${url} 的答复过长 answers with more than ${most} bytes.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof PlainError ? error : silent(url, error as Error);
  }
  return Buffer.concat(chunks);
}

/** fetch itself says only "fetch failed". */
function silent(url: string, cause: Error): PlainError {
  const why = cause.cause instanceof Error ? cause.cause.message : cause.message;
  return new PlainError(`${url} 没有回应 does not answer: ${why}`, { cause });
}

function tooLate(url: string, status: number, waitedS: number, askedS: number): PlainError {
  return new PlainError(
    `${url} 要求稍后再来(${status}):已等 ${waitedS} 秒,还要等 ${askedS} 秒,而本程序为一次答复最多等 ${MOST_WAIT_S} 秒。 ` +
      `asks to come back later (status ${status}): after ${waitedS} s in ${askedS} s more, and one answer is waited for ${MOST_WAIT_S} s at most.`,
  );
}

/** A service closes a connection that nobody used for a while, and may do so just when the next question comes. */
function isClosed({ cause }: Error): boolean {
  return CLOSED.has((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** `Retry-After`: seconds or a date (RFC 9110, section 10.2.3); 0 where it is neither. */
function secondsOf(retryAfter: string): number {
  return Number(retryAfter) || Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000) || 0;
}

/** Again when the service says so, or closed the connection before it answered. */
async function ask(url: string): Promise<Response> {
  for (let [waitedS, closed] = [0, 0]; ; ) {
    // Made anew for the auditor, whatever stands between him and the tables.
    const headers = { 'cache-control': 'no-cache' };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(WITHIN_MS) }).catch((cause: Error) => {
      closed += 1;
      if (closed <= MOST_CLOSED && isClosed(cause)) return undefined;
      throw silent(url, cause);
    });
    if (response === undefined) continue;
    if (!LATER.has(response.status)) return response;
    await response.body?.cancel();
    const askedS = Math.max(secondsOf(response.headers.get('retry-after') ?? ''), LEAST_WAIT_S);
    if (waitedS + askedS > MOST_WAIT_S) throw tooLate(url, response.status, waitedS, askedS);
    await wait(askedS * 1000);
    waitedS += askedS;
  }
}
