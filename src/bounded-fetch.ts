import { PlainError } from './plain-error.js';

export interface TextAnswer {
  status: number;
  contentType: string;
  text: string;
}

const WITHIN_MS = 10_000;
const LARGEST = 256 * 1024;

/**
 * Asks another machine, which may be slow, wrong or hostile: within ten seconds, without following it elsewhere, and with no more
 * text than a quarter of a mebibyte. Error: PlainError.
 */
export async function fetchText(url: string, init: RequestInit = {}): Promise<TextAnswer> {
  const tooLate = AbortSignal.timeout(WITHIN_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, tooLate]) : tooLate;
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    const contentType = response.headers.get('content-type') ?? '';
    return { status: response.status, contentType, text: await textOf(response) };
  } catch (error) {
    // fetch itself says only "fetch failed".
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const [address] = url.split('?');
    throw new PlainError(`${address} 没有回应 does not answer: ${cause instanceof Error ? cause.message : cause}`, {
      cause: error,
    });
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST) throw new Error(`its answer is larger than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
