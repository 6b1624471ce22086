import { generateKeyPairSync } from 'node:crypto';
import { generateKey, parseSigner, type Signer } from '../../src/log/note.js';
import { RoundSigner } from '../../src/log/signing/round-signer.js';
import { Slots } from '../../src/log/signing/slots.js';

const KEY = parseSigner(generateKey('ledger.example/log'));
/** As many as a round of as many clients has. */
const TEXTS = Array.from({ length: 64 }, (_, n) => `ledger.example/log/${640_100 + n}\n${n + 1}\n${'A'.repeat(43)}=\n`);
const NOTES = TEXTS.map((text) => KEY.sign(text));

/** The key, which counts what this thread signs with it. */
function counting(key: Signer): Signer & { readonly here: number } {
  let here = 0;
  return {
    ...key,
    sign: (text) => {
      here += 1;
      return key.sign(text);
    },
    get here() {
      return here;
    },
  };
}

describe('the checkpoints of a round', () => {
  test('are signed by this thread where nobody helps', async () => {
    const signer = counting(KEY);
    const round = new RoundSigner(signer);
    expect(await Promise.all(TEXTS.map((text) => round.sign(text)))).toEqual(NOTES);
    expect(signer.here).toBe(TEXTS.length);
  });

  test('are the same, each for its own text, where a helper signs some of them', async () => {
    const signer = counting(KEY);
    const round = new RoundSigner(signer);
    const failures: string[] = [];
    round.start((message) => failures.push(message));
    let asked = 0;
    // How soon the helper runs is not for this thread to say.
    while (signer.here === asked) {
      const notes = Promise.all(TEXTS.map((text) => round.sign(text)));
      asked += TEXTS.length;
      expect(await notes).toEqual(NOTES);
      await new Promise(setImmediate);
    }
    await round.stop();
    expect(failures).toEqual([]);
  });

  test('are signed here after the helper has stopped, and those that are longer than a checkpoint always', async () => {
    const signer = counting(KEY);
    const round = new RoundSigner(signer);
    round.start(() => undefined);
    const long = 'a'.repeat(1_000);
    expect(await Promise.all([round.sign(long), ...TEXTS.map((text) => round.sign(text))])).toEqual([
      KEY.sign(long),
      ...NOTES,
    ]);
    await round.stop();
    const before = signer.here;
    expect(await Promise.all(TEXTS.map((text) => round.sign(text)))).toEqual(NOTES);
    expect(signer.here).toBe(before + TEXTS.length);
  });

  test('are signed here where the helper fails with one in its hands, which is told', async () => {
    // With this key nothing can be signed, but the helper does not know before it tries.
    const { privateKey } = generateKeyPairSync('x25519');
    const round = new RoundSigner({ ...counting(KEY), privateKey });
    const failed = new Promise<string>((told) => {
      round.start((message) => told(message));
    });
    let isTold = false;
    void failed.then(() => {
      isTold = true;
    });
    while (!isTold) {
      expect(await Promise.all(TEXTS.map((text) => round.sign(text)))).toEqual(NOTES);
      await new Promise(setImmediate);
    }
    expect(await failed).toBe('the thread that helps to sign failed');
    expect(await Promise.all(TEXTS.map((text) => round.sign(text)))).toEqual(NOTES);
    await round.stop();
  });

  test('that cannot be signed fail by themselves', async () => {
    const sign = (text: string) => {
      if (text === TEXTS[1]) throw new Error('no such text');
      return KEY.sign(text);
    };
    const round = new RoundSigner({ ...KEY, sign });
    const [first, second] = await Promise.allSettled(TEXTS.slice(0, 2).map((text) => round.sign(text)));
    expect(first).toEqual({ status: 'fulfilled', value: NOTES[0] });
    expect(second).toMatchObject({ status: 'rejected', reason: { message: 'no such text' } });
  });
});

describe('a slot', () => {
  const SIGNATURE = new Uint8Array(64).fill(7);

  test('is of one thread at a time', () => {
    const mine = new Slots();
    const helpers = new Slots(mine.memory);
    expect(mine.offer(0, TEXTS[0] ?? '')).toBe(true);
    helpers.sign(0, (text) => {
      expect(text.toString()).toBe(TEXTS[0]);
      // Taken: it can be neither taken back nor collected nor offered again.
      expect([mine.takeBack(0), mine.collect(0), mine.offer(0, 'b\n')]).toEqual([false, undefined, false]);
      return SIGNATURE;
    });
    expect(mine.collect(0)?.equals(SIGNATURE)).toBe(true);
    expect(helpers.isEmpty(0)).toBe(true);
  });

  test('is looked for as long as more is offered', () => {
    const mine = new Slots();
    const helpers = new Slots(mine.memory);
    const { rung } = helpers;
    mine.open();
    expect([helpers.isOpen, helpers.rung]).toEqual([true, rung + 1]);
    // It was rung since, so this does not sleep.
    helpers.sleep(rung);
    mine.close();
    expect(helpers.isOpen).toBe(false);
  });

  test('that was taken back is not signed', () => {
    const slots = new Slots();
    slots.offer(0, 'a\n');
    expect(slots.takeBack(0)).toBe(true);
    slots.sign(0, () => {
      throw new Error('signed what was taken back');
    });
    expect(slots.collect(0)).toBeUndefined();
  });

  test('whose signature nobody came for is offered again, with another text', () => {
    const slots = new Slots();
    slots.offer(0, 'a\n');
    slots.sign(0, () => SIGNATURE);
    expect(slots.offer(0, '县\n')).toBe(true);
    expect(slots.collect(0)).toBeUndefined();
    slots.sign(0, (text) => {
      expect(text.toString()).toBe('县\n');
      return SIGNATURE;
    });
    expect(slots.collect(0)).toBeDefined();
  });
});
