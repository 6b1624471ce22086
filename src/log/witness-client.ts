import { fetchText } from '../bounded-fetch.js';
import { type Submission, submissionText } from './add-checkpoint.js';
import { type CosignatureVerifier, parseCosignatureVerifier } from './cosignature.js';
import { parseNote } from './note.js';

/** A witness as the settings name it. */
export interface WitnessAddress {
  vkey: string;
  /** The prefix of its addresses for submissions; without a slash at its end. */
  url: string;
}

export type WitnessAnswer =
  | { kind: 'cosigned'; time: number; line: string }
  /** It has seen another size last; the proof has to begin there. */
  | { kind: 'saw'; size: number };

/** A witness, seen from the log: C2SP tlog-witness. */
export class WitnessClient {
  private readonly verifier: CosignatureVerifier;

  constructor(private readonly address: WitnessAddress) {
    this.verifier = parseCosignatureVerifier(address.vkey);
  }

  get vkey(): string {
    return this.verifier.vkey;
  }

  get name(): string {
    return this.verifier.name;
  }

  /** Throws an Error where there is no answer, a refusal, or one that is no cosignature of this witness. */
  async addCheckpoint(submission: Submission, signal: AbortSignal): Promise<WitnessAnswer> {
    const { status, contentType, text } = await fetchText(`${this.address.url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: submissionText(submission),
      signal,
    });
    const seen = /^(0|[1-9]\d{0,15})\n$/.exec(text)?.[1];
    if (status === 409 && contentType.startsWith('text/x.tlog.size') && seen !== undefined)
      return { kind: 'saw', size: Number(seen) };
    if (status !== 200) throw new Error(`it refuses with ${status}: ${text.slice(0, 200).trim()}`);
    return this.ownLine(submission.note, text);
  }

  /** Lines of others, which a witness may send, are not ours to judge. */
  private ownLine(note: string, lines: string): WitnessAnswer {
    const { text } = parseNote(note);
    for (const line of lines.split('\n').filter((one) => one !== '')) {
      const time = this.verifier.cosignedAt(parseNote(`${text}\n${line}\n`));
      if (time !== undefined) return { kind: 'cosigned', time, line: `${line}\n` };
    }
    throw new Error('its answer holds no cosignature of its key');
  }
}
