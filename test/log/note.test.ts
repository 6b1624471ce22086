import { checkpointText, parseCheckpoint } from '../../src/log/checkpoint.js';
import { leafHash } from '../../src/log/hash.js';
import { generateKey, parseNote, parseSigner, parseVerifier } from '../../src/log/note.js';

// The key pair and the note that the documentation of Go's golang.org/x/mod/sumdb/note shows.
const SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\n' + "then you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

describe('a signed note', () => {
  test('is the published one, to the byte', async () => {
    expect(parseSigner(SKEY).vkey).toBe(VKEY);
    expect(parseSigner(SKEY).sign(TEXT)).toBe(NOTE);
    expect(parseVerifier(VKEY).accepts(parseNote(NOTE))).toBe(true);
  });

  test('keeps an empty line of its text, and is accepted beside signatures of unknown keys', () => {
    const signer = parseSigner(SKEY);
    const stranger = parseSigner(generateKey('stranger.example/log'));
    const signed = signer.sign('a\n\nb\n');
    expect(parseNote(signed).text).toBe('a\n\nb\n');
    const both = signed + stranger.sign('c\n').slice('c\n\n'.length).repeat(15);
    expect(parseVerifier(VKEY).accepts(parseNote(both))).toBe(true);
    expect(parseVerifier(stranger.vkey).accepts(parseNote(both))).toBe(false);
  });

  test('is accepted with its own key only, and with no byte of it changed', () => {
    const signer = parseSigner(generateKey('example.org/log'));
    const note = signer.sign('a\nb\n');
    expect(parseVerifier(signer.vkey).accepts(parseNote(note))).toBe(true);
    expect(parseVerifier(VKEY).accepts(parseNote(note))).toBe(false);
    for (let place = 0; place < note.length; place += 1) {
      const changed = note.slice(0, place) + (note[place] === 'A' ? 'B' : 'A') + note.slice(place + 1);
      expect(isAccepted(signer.vkey, changed)).toBe(false);
    }
  });

  test.each([
    ['no signature', 'a\n'],
    ['no last newline', NOTE.slice(0, -1)],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['a signature that is not base64', NOTE.replace('x08go', 'x08g!')],
    ['a carriage return', NOTE.replace('problem,\n', 'problem,\r\n')],
    ['a tab', NOTE.replace('you think', 'you\tthink')],
    ['half a character', NOTE.replace('If', '\ud800')],
    ['an empty line after the signatures', `${NOTE}\n`],
    ['more signatures than a note can have', NOTE + NOTE.slice(NOTE.indexOf('—')).repeat(100)],
  ])('is refused with %s', (_, note) => {
    expect(() => parseNote(note)).toThrow(RangeError);
  });

  test.each([
    '',
    'name',
    'name+00000000+AAAA',
    VKEY.replace('c74f20a3', 'c74f20a4'),
    VKEY.replace('+ARpc', '+AhpB'),
    `${VKEY}x`,
  ])('has no key %s', (vkey) => {
    expect(() => parseVerifier(vkey)).toThrow(RangeError);
  });
});

describe('a checkpoint', () => {
  const signer = parseSigner(SKEY);
  const checkpoint = { origin: 'example.org/log/640100', size: 18, root: leafHash('x') };

  test('comes back from its note as it went in', () => {
    expect(parseCheckpoint(signer.sign(checkpointText(checkpoint)))).toEqual(checkpoint);
  });

  test.each([
    ['a size with a leading zero', '018'],
    ['a negative size', '-1'],
    ['a size beyond uint64', '18446744073709551616'],
    ['a size beyond what can be counted exactly', '9007199254740993'],
    ['a size that is no number', '1e3'],
  ])('is refused with %s', (_, size) => {
    expect(() => parseCheckpoint(signer.sign(checkpointText(checkpoint).replace('\n18\n', `\n${size}\n`)))).toThrow(
      RangeError,
    );
  });

  test.each([
    ['an extension line', `${checkpointText(checkpoint)}extra\n`],
    ['a short root', checkpointText(checkpoint).replace(/.{8}=\n$/, '=\n')],
    ['no origin', checkpointText({ ...checkpoint, origin: '' })],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(signer.sign(text))).toThrow(RangeError);
  });
});

function isAccepted(vkey: string, note: string): boolean {
  try {
    return parseVerifier(vkey).accepts(parseNote(note));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
