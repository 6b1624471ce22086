import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSubmission, submissionText } from '../../src/log/add-checkpoint.js';
import { parseCosignatureVerifier, parseCosigner } from '../../src/log/cosignature.js';
import { generateKey, parseNote, parseVerifier } from '../../src/log/note.js';
import { LogReader } from '../../src/witness/log-reader.js';
import { Witness } from '../../src/witness/witness.js';
import { type Evidence, WitnessState } from '../../src/witness/witness-state.js';
import { TestLog } from '../support/test-log.js';

const BOOK = '640121';
const NOW = 1_679_315_147;
const cosigner = parseCosigner(generateKey('witness.example/w1'));
const verifier = parseCosignatureVerifier(cosigner.vkey);

let folder: string;
let log: TestLog;
let url: string;
let alarms: Evidence[];
let doubts: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-witness-'));
  log = new TestLog(BOOK);
  log.entries = ['a', 'b', 'c', 'd', 'e'];
  url = await log.listen();
  alarms = [];
  doubts = [];
});

afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A process of the witness; what it remembers is in the folder. */
async function startWitness(books?: string[], now = () => NOW): Promise<Witness> {
  return new Witness({
    cosigner,
    state: await WitnessState.in(folder),
    log: new LogReader(url),
    logKeys: [parseVerifier(log.signer.vkey)],
    books,
    alarm: (evidence) => alarms.push(evidence),
    doubt: (book) => doubts.push(book),
    now: () => now() * 1000,
  });
}

const submit = (witness: Witness, oldSize: number, proof = log.proof(oldSize), note = log.checkpoint()) =>
  witness.addCheckpoint(submissionText({ oldSize, proof, note }));

describe('a submission', () => {
  test('is cosigned first without a proof, then with one', async () => {
    const witness = await startWitness();
    const first = await submit(witness, 0);
    expect(first.status).toBe(200);
    expect(verifier.cosignedAt(parseNote(log.checkpoint() + first.body))).toBe(NOW);
    log.entries.push('f', 'g', 'h');
    const second = await submit(witness, 5);
    expect(second.status).toBe(200);
    expect(verifier.cosignedAt(parseNote(log.checkpoint() + second.body))).toBe(NOW);
    expect(readFileSync(join(folder, `${BOOK}.checkpoint`), 'utf8')).toBe(log.checkpoint() + second.body);
  });

  test('of what is known is cosigned anew', async () => {
    const witness = await startWitness();
    await submit(witness, 0);
    expect((await submit(witness, 5)).status).toBe(200);
  });

  test('that begins elsewhere is told the size, also by the next process', async () => {
    await submit(await startWitness(), 0);
    log.entries.push('f');
    for (const oldSize of [0, 3, 6]) {
      expect(await submit(await startWitness(), oldSize)).toEqual({
        status: 409,
        contentType: 'text/x.tlog.size',
        body: '5\n',
      });
    }
  });

  test('of the same size with another root is refused, and both signatures are kept', async () => {
    const witness = await startWitness();
    await submit(witness, 0);
    const remembered = log.checkpoint();
    log.entries[4] = 'other';
    expect((await submit(witness, 5)).status).toBe(409);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]?.remembered.startsWith(remembered)).toBe(true);
    expect(alarms[0]?.shown).toBe(log.checkpoint());
    const [file] = readdirSync(folder).filter((name) => name.includes('refused'));
    expect(JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8'))).toEqual(alarms[0]);
  });

  test('whose proof proves nothing is refused, and raises a doubt but accuses nobody', async () => {
    const witness = await startWitness();
    await submit(witness, 0);
    log.entries.push('f', 'g', 'h');
    const [first = Buffer.alloc(32), ...rest] = log.proof(5);
    for (const proof of [[], rest, [first], [...rest, first], [first, ...rest, first]])
      expect((await submit(witness, 5, proof)).status).toBe(422);
    expect([alarms, doubts.length]).toEqual([[], 5]);
    expect((await submit(witness, 5)).status).toBe(200);
  });

  test('with a proof from nothing is refused', async () => {
    expect((await submit(await startWitness(), 0, log.proof(4))).status).toBe(422);
  });

  test('of a log that is not followed is not found', async () => {
    const witness = await startWitness(['640122']);
    expect((await submit(witness, 0)).status).toBe(404);
    expect((await submit(witness, 0, [], parseOther('elsewhere.example/log/640122'))).status).toBe(404);
  });

  test('without a signature of the log is forbidden', async () => {
    const forged = log.checkpoint().replace(/— (\S+) .*/, (_, name) => `— ${name} AAAAAAAAAAA=`);
    expect((await submit(await startWitness(), 0, [], forged)).status).toBe(403);
  });

  test('that names an old size above its own is bad', async () => {
    expect((await submit(await startWitness(), 6, [])).status).toBe(400);
  });

  test('is taken once where two come together', async () => {
    const witness = await startWitness();
    await submit(witness, 0);
    log.entries.push('f');
    const both = await Promise.all([submit(witness, 5), submit(witness, 5)]);
    expect(both.map(({ status }) => status)).toEqual([200, 409]);
  });
});

describe('a look at the log', () => {
  test('cosigns what has grown', async () => {
    const witness = await startWitness();
    expect(await witness.look(BOOK)).toBe('cosigned');
    expect(await witness.look(BOOK)).toBe('known');
    log.entries.push('f', 'g');
    expect(await witness.look(BOOK)).toBe('cosigned');
    expect(verifier.cosignedAt(parseNote(readFileSync(join(folder, `${BOOK}.checkpoint`), 'utf8')))).toBe(NOW);
  });

  test.each<[string, () => void, RegExp]>([
    ['has become smaller', () => log.entries.pop(), /taken away/],
    ['has another entry', () => log.entries.splice(4, 1, 'other'), /same size/],
    ['was rolled back and grew again', () => log.entries.splice(3, 2, 'x', 'y', 'z', 'u'), /does not begin/],
    [
      'proves its growth falsely',
      () => {
        log.entries.push('f');
        log.proofInstead = log.proof(4);
      },
      /does not begin/,
    ],
  ])('refuses one that %s, and goes on refusing', async (_, rewrite, reason) => {
    await (await startWitness()).look(BOOK);
    const kept = readFileSync(join(folder, `${BOOK}.checkpoint`), 'utf8');
    rewrite();
    expect(await (await startWitness()).look(BOOK)).toBe('refused');
    expect(await (await startWitness()).look(BOOK)).toBe('refused');
    expect(alarms.map((alarm) => alarm.reason)).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
    expect(readFileSync(join(folder, `${BOOK}.checkpoint`), 'utf8')).toBe(kept);
    expect(readdirSync(folder).filter((name) => name.includes('refused'))).toHaveLength(1);
  });

  test('keeps one file of what was said against a checkpoint, however often it was cosigned', async () => {
    let now = NOW;
    const witness = await startWitness(undefined, () => (now += 1));
    await submit(witness, 0);
    const honest = log.entries.at(-1) ?? '';
    for (let round = 0; round < 3; round += 1) {
      log.entries.splice(4, 1, `forked ${round}`);
      expect((await submit(witness, 5)).status).not.toBe(200);
      log.entries.splice(4, 1, honest);
      expect((await submit(witness, 5)).status).toBe(200);
    }
    expect(readdirSync(folder).filter((name) => name.includes('refused'))).toHaveLength(1);
  });

  test('keeps what one said that first was shorter and then another, since only the two of one size contradict each other', async () => {
    const witness = await startWitness();
    await witness.look(BOOK);
    const [last = ''] = log.entries.splice(4);
    await witness.look(BOOK);
    log.entries.push(`${last}, rewritten`);
    await witness.look(BOOK);
    const files = readdirSync(folder).filter((name) => name.includes('refused'));
    expect(files).toEqual([expect.stringContaining('refused-forked-'), expect.stringContaining('refused-shorter-')]);
    const [forked] = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Evidence);
    expect(forked).toEqual(alarms.at(-1));
    expect(forked?.shown).toBe(log.checkpoint());
  });

  test('does not trust another key, nor another book', async () => {
    const witness = await startWitness();
    const { signer } = new TestLog(BOOK);
    Object.assign(log, { signer });
    await expect(witness.look(BOOK)).rejects.toThrow('no signature of a key of the log');
    await expect(witness.look('640122')).rejects.toThrow('404');
  });
});

test('a damaged memory is not taken for none', async () => {
  await submit(await startWitness(), 0);
  writeFileSync(join(folder, `${BOOK}.checkpoint`), 'x');
  await expect(submit(await startWitness(), 0)).rejects.toThrow('is damaged');
});

test.each([
  ['nothing', ''],
  ['no old size', 'AAAA\n\nnote'],
  ['a leading zero', 'old 05\n\nnote'],
  ['a negative size', 'old -1\n\nnote'],
  ['a size past what can be counted', 'old 99999999999999999\n\nnote'],
  ['a short hash', 'old 5\nAAAA\n\nnote'],
  ['a hash not in its one form', `old 5\n${'A'.repeat(42)}B=\n\nnote`],
  ['64 hashes', `old 5\n${`${'A'.repeat(43)}=\n`.repeat(64)}\nnote`],
  ['a carriage return', 'old 5\r\n\r\nnote'],
])('as a submission %s is refused', (_, text) => {
  expect(() => parseSubmission(text)).toThrow(RangeError);
});

function parseOther(origin: string): string {
  return log.checkpoint().replace(/^.*/, origin);
}
