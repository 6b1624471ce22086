import { DIVISION_PATTERN } from '../domain/division.js';
import { parseSubmission, type Submission } from '../log/add-checkpoint.js';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.js';
import type { Cosigner } from '../log/cosignature.js';
import { EMPTY_ROOT, type Hash } from '../log/hash.js';
import { parseNote, type Verifier } from '../log/note.js';
import { isConsistent } from '../log/verify-proof.js';
import { PlainError } from '../plain-error.js';
import type { LogReader } from './log-reader.js';
import type { BreachKind, Evidence, Remembered, WitnessState } from './witness-state.js';

export interface WitnessOptions {
  cosigner: Cosigner;
  state: WitnessState;
  log: LogReader;
  /** Keys of the log that count. */
  logKeys: Verifier[];
  /** Only these books; all of the log where absent. */
  books?: string[];
  /** Told of each thing that a log said against what it had signed, and of the file that keeps it. */
  alarm: (evidence: Evidence, file: string) => void;
  /** Told of a book whose submission proved nothing, so that the log itself is asked. */
  doubt: (book: string) => void;
  now?: () => number;
}

export interface Answer {
  status: number;
  contentType?: string;
  body: string;
}

/** What became of looking at a book. */
export type Looked = 'cosigned' | 'known' | 'refused';

/**
 * Remembers the largest checkpoint of each book, and signs another one only where that holds all of the first: so nobody can be
 * shown a book from which something was taken away, under this witness's name. It reads no event.
 */
export class Witness {
  /** The last work on each book; what is checked and what is remembered must not come apart. */
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly options: WitnessOptions) {}

  /** `POST /add-checkpoint` of C2SP tlog-witness. */
  async addCheckpoint(text: string): Promise<Answer> {
    let submission: Submission;
    let shown: Checkpoint;
    try {
      submission = parseSubmission(text);
      shown = parseCheckpoint(submission.note);
    } catch (error) {
      if (error instanceof RangeError) return { status: 400, body: `${error.message}\n` };
      throw error;
    }
    const book = this.bookOf(shown.origin);
    if (book === undefined) return { status: 404, body: 'this witness does not follow that log\n' };
    if (!this.isSigned(submission.note)) return { status: 403, body: 'no signature of a key of that log\n' };
    if (submission.oldSize > shown.size) return { status: 400, body: 'the old size is above that of the checkpoint\n' };
    return this.inTurn(book, async () => this.judge(book, submission, shown));
  }

  /** Asks the log what it shows now. Throws an Error where it gives no answer that can be judged. */
  async look(book: string): Promise<Looked> {
    const before = await this.options.state.remembered(book);
    const note = await this.options.log.checkpoint(book);
    const shown = parseCheckpoint(note);
    if (this.bookOf(shown.origin) !== book)
      throw new PlainError(`日志以 ${shown.origin} 充当账套 ${book} the log shows ${shown.origin} as book ${book}`);
    if (!this.isSigned(note))
      throw new PlainError(
        `检查点没有日志公钥的签名,可能换了密钥 the checkpoint of book ${book} bears no signature of a key of the log`,
      );
    const proof =
      before !== undefined && before.size < shown.size
        ? await this.options.log.consistency(book, before.size, shown.size)
        : [];
    return this.inTurn(book, async () => {
      const remembered = await this.options.state.remembered(book);
      // A submission was faster; what it brought was checked.
      if (remembered?.size !== before?.size) return 'known';
      const breach = remembered && breachOf(remembered, shown, proof);
      if (remembered !== undefined && breach !== undefined) {
        await this.accuse(book, breach, remembered, note, shown.size > remembered.size ? proof : undefined);
        return 'refused';
      }
      if (remembered?.size === shown.size) return 'known';
      await this.cosign(book, note);
      return 'cosigned';
    });
  }

  private async judge(book: string, { oldSize, proof, note }: Submission, shown: Checkpoint): Promise<Answer> {
    const remembered = await this.options.state.remembered(book);
    const size = remembered?.size ?? 0;
    const conflict = { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` };
    if (oldSize !== size) return conflict;
    if (remembered === undefined) {
      const isFirst = proof.length === 0 && (shown.size > 0 || shown.root.equals(EMPTY_ROOT));
      if (!isFirst) return { status: 422, body: 'no proof leads from nothing to a checkpoint\n' };
    } else if (oldSize === shown.size && !shown.root.equals(remembered.root)) {
      await this.accuse(book, FORKED, remembered, note);
      return conflict;
    } else if (!isConsistent(oldSize, shown.size, proof, remembered.root, shown.root)) {
      // Anybody can submit a wrong proof of a true checkpoint; only the log's own counts against it.
      this.options.doubt(book);
      return { status: 422, body: 'the proof does not lead from the old checkpoint to this one\n' };
    }
    return { status: 200, body: await this.cosign(book, note) };
  }

  /** Answers the line once the checkpoint is on the disk. */
  private async cosign(book: string, note: string): Promise<string> {
    const { cosigner, state, now = Date.now } = this.options;
    const { text, signatures } = parseNote(note);
    const line = cosigner.cosign(text, Math.floor(now() / 1000));
    // Whoever submits may add lines of others; only those under the log's name are kept.
    const logLines = note
      .slice(text.length + 1)
      .split('\n')
      .filter((_, index) => this.options.logKeys.some(({ name }) => name === signatures[index]?.name));
    await state.remember(book, `${text}\n${logLines.map((one) => `${one}\n`).join('')}${line}`);
    return line;
  }

  private async accuse(
    book: string,
    breach: Breach,
    remembered: Remembered,
    shown: string,
    proof?: Hash[],
  ): Promise<void> {
    const evidence: Evidence = {
      book,
      ...breach,
      remembered: remembered.note,
      shown,
      ...(proof && { proof: proof.map((hash) => hash.toString('base64')) }),
    };
    this.options.alarm(evidence, await this.options.state.keepEvidence(evidence));
  }

  private bookOf(origin: string): string | undefined {
    const end = origin.lastIndexOf('/');
    const book = origin.slice(end + 1);
    const isOfLog = this.options.logKeys.some(({ name }) => name === origin.slice(0, end));
    const isFollowed = this.options.books?.includes(book) ?? true;
    return isOfLog && isFollowed && DIVISION_PATTERN.test(book) ? book : undefined;
  }

  private isSigned(note: string): boolean {
    const parsed = parseNote(note);
    return this.options.logKeys.some((key) => key.accepts(parsed));
  }

  private inTurn<Result>(book: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.turns.get(book) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.turns.set(book, turn);
    return turn;
  }
}

interface Breach {
  kind: BreachKind;
  reason: string;
}

const FORKED: Breach = {
  kind: 'forked',
  reason: '同样笔数的两个检查点树根不同 two checkpoints of the same size have different roots',
};

/** Why the one checkpoint cannot follow the other; nothing where it does. */
function breachOf(remembered: Remembered, shown: Checkpoint, proof: Hash[]): Breach | undefined {
  const [before, now] = [remembered.size, shown.size];
  if (now < before) {
    const reason = `日志只有 ${now} 笔,而曾签过 ${before} 笔,记录被拿走 the log shows ${now} entries and has signed ${before}: entries were taken away`;
    return { kind: 'shorter', reason };
  }
  if (now === before) return shown.root.equals(remembered.root) ? undefined : FORKED;
  if (isConsistent(before, now, proof, remembered.root, shown.root)) return undefined;
  const reason = `日志的 ${now} 笔不以其签过的 ${before} 笔开头 the log of ${now} entries does not begin with the ${before} that it has signed`;
  return { kind: 'unfounded', reason };
}
