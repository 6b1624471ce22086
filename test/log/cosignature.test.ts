import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { parseCosignatureVerifier, parseCosigner } from '../../src/log/cosignature.js';
import { generateKey, parseNote, parseVerifier } from '../../src/log/note.js';
import { isConsistent } from '../../src/log/verify-proof.js';

// The example of C2SP tlog-cosignature.
const PUBLISHED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const TIME = 1_679_315_147;

// A checkpoint of a public log (Certificate Transparency), with the lines of the log and of one of its public witnesses.
const OF_A_PUBLIC_LOG = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
`;
const PUBLIC_LOG_KEY = 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f';
const VKEY = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';

// Of the tests of another implementation: a log, two checkpoints of it, the proof between them, and a witness's key.
const LOG_KEY = 'monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT';
const WITNESS_KEY = 'PRIVATE+KEY+witness+f13a86db+AaLa/dfyBhyo/m0Z7WCi98ENVZWtrP8pxgRNrx7tIWiA';
const OF_FIVE =
  'monkeys\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n\n' +
  '— monkeys 202fftzGl3LVoqjXfwCFZZXs8I+5G22+Ek2K0AOyBuSJ/8/CZawNF+6fNlTKOCd622pbzJNkkJFWuw9DbicZCkEx9AY=\n';
const OF_EIGHT =
  'monkeys\n8\nV8K9aklZ4EPB+RMOk1/8VsJUdFZR77GDtZUQq84vSbo=\n\n' +
  '— monkeys 202ffoUEboiQYpHzICeaFmoy3RNviHTpAxYrq/eO4QQVQMvu9UebKBMX2MJC76NLthZaKsnKbCA8GxrjePZhvDCH7Ag=\n';
const PROOF = [
  'b9e1d62618f7fee8034e4c5010f727ab24d8e4705cb296c374bf2025a87a10d2',
  'aac66cd7a79ce4012d80762fe8eec3a77f22d1ca4145c3f4cee022e7efcd599d',
  '89d0f753f66a290c483b39cd5e9eafb12021293395fad3d4a2ad053cfbcfdc9e',
  '29e40bb79c966f4c6fe96aff6f30acfce5f3e8d84c02215175d6e018a5dee833',
].map((hex) => Buffer.from(hex, 'hex'));

const cosigner = parseCosigner(generateKey('witness.example/w1'));
const verifier = parseCosignatureVerifier(cosigner.vkey);
const cosigned = (time = TIME) => `${TEXT}\n${cosigner.cosign(TEXT, time)}`;

describe('a cosignature', () => {
  test('has the layout of the published one', () => {
    const [, published] = parseNote(PUBLISHED).signatures;
    const [ours] = parseNote(cosigned()).signatures;
    expect(ours?.signature).toHaveLength(published?.signature.length ?? 0);
    expect(ours?.signature.subarray(0, 8)).toEqual(published?.signature.subarray(0, 8));
  });

  test('tells when it was made, with its own key only', () => {
    expect(verifier.cosignedAt(parseNote(cosigned()))).toBe(TIME);
    expect(parseCosignatureVerifier(VKEY).cosignedAt(parseNote(cosigned()))).toBeUndefined();
    expect(verifier.cosignedAt(parseNote(PUBLISHED))).toBeUndefined();
  });

  test('is found among other signatures', () => {
    expect(verifier.cosignedAt(parseNote(PUBLISHED + cosigner.cosign(TEXT, TIME)))).toBe(TIME);
  });

  test('holds with no byte of text, time or signature changed', () => {
    const note = cosigned();
    for (let place = 0; place < note.length; place += 1) {
      const changed = note.slice(0, place) + (note[place] === 'A' ? 'B' : 'A') + note.slice(place + 1);
      expect(cosignedAt(changed)).toBeUndefined();
    }
  });

  test('is no plain signature of the same key, nor the other way round', () => {
    const key = generateKey('witness.example/w1');
    expect(() => parseCosignatureVerifier(key.replace(/^PRIVATE\+KEY\+/, ''))).toThrow(RangeError);
    expect(parseCosigner(key).vkey).not.toContain(key.split('+')[3]);
  });
});

test('published checkpoints and the proof between them hold, and a key of the same kind cosigns them', () => {
  const [five, eight] = [OF_FIVE, OF_EIGHT].map((note) => {
    expect(parseVerifier(LOG_KEY).accepts(parseNote(note))).toBe(true);
    const witness = parseCosigner(WITNESS_KEY);
    const line = witness.cosign(parseNote(note).text, TIME);
    expect(parseCosignatureVerifier(witness.vkey).cosignedAt(parseNote(note + line))).toBe(TIME);
    return parseCheckpoint(note);
  });
  if (five === undefined || eight === undefined) throw new Error('two notes give two checkpoints');
  expect(isConsistent(five.size, eight.size, PROOF, five.root, eight.root)).toBe(true);
  for (const [place, hash] of PROOF.entries()) {
    const changed = PROOF.with(place, Buffer.from(hash).fill((hash[0] ?? 0) ^ 1, 0, 1));
    expect(isConsistent(five.size, eight.size, changed, five.root, eight.root)).toBe(false);
  }
});

test('a checkpoint of a public log is signed by its log and cosigned by its witness', () => {
  const note = parseNote(OF_A_PUBLIC_LOG);
  expect(parseVerifier(PUBLIC_LOG_KEY).accepts(note)).toBe(true);
  expect(parseCosignatureVerifier(VKEY).cosignedAt(note)).toBe(0x6a122120);
  const changed = OF_A_PUBLIC_LOG.replace('1432088532', '1432088533');
  expect(parseCosignatureVerifier(VKEY).cosignedAt(parseNote(changed))).toBeUndefined();
});

test('a published vkey of a witness is read', () => {
  expect(parseCosignatureVerifier(VKEY)).toMatchObject({ name: 'remora.n621.de', vkey: VKEY });
});

test.each(['', 'name', VKEY.replace('da77ade7', 'da77ade8'), VKEY.replace('+BOvN', '+AOvN')])(
  'as the vkey of a witness "%s" is refused',
  (vkey) => {
    expect(() => parseCosignatureVerifier(vkey)).toThrow(RangeError);
  },
);

function cosignedAt(note: string): number | undefined {
  try {
    return verifier.cosignedAt(parseNote(note));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
