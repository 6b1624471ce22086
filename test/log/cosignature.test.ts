import { parseCosignatureVerifier, parseCosigner } from '../../src/log/cosignature.js';
import { generateKey, parseNote } from '../../src/log/note.js';

// The example of C2SP tlog-cosignature.
const PUBLISHED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const TIME = 1_679_315_147;

// A key of another implementation of the specification, as its tests publish it.
const VKEY = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';

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
