import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { inBoth } from '../in-both.js';
import { readOrMakeKeyFile } from '../key-file.js';
import { type Cosigner, parseCosigner } from '../log/cosignature.js';
import { generateKey, parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import { printable } from '../printable.js';
import { Follower } from '../witness/follower.js';
import { holdFolder } from '../witness/hold-folder.js';
import { LogReader } from '../witness/log-reader.js';
import { Witness } from '../witness/witness.js';
import { witnessServer } from '../witness/witness-server.js';
import { WitnessState } from '../witness/witness-state.js';

export interface WitnessRun {
  /** File of the witness's key; made where there is none. */
  key: string;
  /** Where the service is. */
  log: string;
  /** What a new key is called. */
  name?: string;
  logKey?: string[];
  book?: string[];
  state: string;
  /** In seconds. */
  interval: number;
  host: string;
  port: number;
  once: boolean;
}

/** Witnesses until Ctrl-C, or for one round; the exit status is 1 where anything was refused, or in one round not judged. */
export async function runWitness(run: WitnessRun): Promise<void> {
  const letGo = holdFolder(run.state, () => {
    say(`--state ${run.state} 已被另一见证人接管 was taken over by another witness`);
    process.exit(1);
  });
  try {
    process.exitCode = (await witnessUntilStopped(run)) ? 0 : 1;
  } finally {
    letGo();
  }
}

async function witnessUntilStopped(run: WitnessRun): Promise<boolean> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const cosigner = readCosigner(run);
  const state = await WitnessState.in(run.state);
  if (run.once && run.book === undefined && (await state.books()).length === 0)
    throw new PlainError(
      '尚无可核对的账套,请用 --book 指明。 --once has no book to look at yet: name each with --book.',
    );
  const log = new LogReader(run.log, stopping.signal);
  let isWell = true;
  const follower = new Follower({
    books: async () => run.book ?? (await state.books()).sort(),
    look: (book) => witness.look(book),
    complain: (book, error) => {
      if (stopping.signal.aborted) return;
      const why = printable(error instanceof PlainError ? error.message : inBoth(error.message));
      say(`账套 ${book} 无法核对,不予会签 book ${book} could not be checked, and is not cosigned: ${why}`);
    },
    recovered: (book) => say(`账套 ${book} 又可核对 book ${book} can be checked again`),
  });
  const witness = new Witness({
    cosigner,
    state,
    log,
    logKeys: await readLogKeys(run, state, log),
    books: run.book,
    doubt: (book) => follower.doubt(book),
    alarm: ({ book, reason }, file) => {
      isWell = false;
      say(
        `拒绝会签 REFUSED: book ${book} of ${run.log}: ${reason}. 日志自己签名的证据在 The evidence, signed by the log itself, is in ${file}`,
      );
    },
  });
  console.log(`本见证人 This witness is ${cosigner.vkey}`);
  if (run.once) {
    const isJudged = await follower.round();
    return isWell && isJudged;
  }
  const server = witnessServer(witness, say);
  const port = await listen(server, run);
  console.log(`服务的设置 The service reaches it with WITNESSES="${cosigner.vkey} http://${run.host}:${port}"`);
  await follower.run(run.interval * 1000, stopping.signal);
  server.close();
  server.closeAllConnections();
  return isWell;
}

async function listen(server: Server, { host, port }: WitnessRun): Promise<number> {
  try {
    await once(server.listen(port, host), 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    throw new PlainError(`--host ${host} --port ${port} 不可用 cannot be used: ${(error as Error).message}.`);
  }
}

function readCosigner({ key, name = `${hostname()}/witness` }: WitnessRun): Cosigner {
  if (/[\s+]/.test(name))
    throw new PlainError(`名称不可用 --name is "${name}"; allowed: a name without spaces and plus signs.`);
  try {
    return parseCosigner(readOrMakeKeyFile('--key', key, () => `${generateKey(name)}\n`));
  } catch (error) {
    if (error instanceof RangeError)
      throw new PlainError(`--key ${key} 中没有见证人的密钥 holds no key of a witness: ${inBoth(error.message)}.`);
    throw error;
  }
}

/** Those given, else those known from the last time, else those that the log publishes: then the first contact is trusted. */
async function readLogKeys({ logKey }: WitnessRun, state: WitnessState, log: LogReader): Promise<Verifier[]> {
  const known = logKey ?? (await state.vkeys());
  const vkeys = known.length > 0 ? known : await log.keys();
  try {
    const verifiers = vkeys.map(parseVerifier);
    if (verifiers.length === 0) throw new RangeError('there is none');
    await state.keepVkeys(vkeys);
    if (known.length === 0)
      say(
        `取用了 ${log.url} 公布的公钥,请与其主管单位核对 took the keys that ${log.url} publishes; compare them with its office: ${vkeys.join(' ')}`,
      );
    return verifiers;
  } catch (error) {
    if (error instanceof RangeError)
      throw new PlainError(`日志的公钥不可用 No key of the log can be used: ${inBoth(error.message)}.`);
    throw error;
  }
}

/** Complaints carry their time: they are read later, in a log. */
function say(message: string): void {
  console.error(`${new Date().toISOString()} ${message}`);
}
