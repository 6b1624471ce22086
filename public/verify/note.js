// The signed note (C2SP signed-note, tlog-checkpoint): whose key signed which root of which book.

import { concat, fromBase64, hex, isSame, sha256, Unsure, utf8, Wrong } from './bytes.js';

/**
 * `name+keyid+base64(0x01 || public key)`; the id is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key). Its
 * fingerprint, as it is printed on paper, is the first half of SHA-256(the line), in hex.
 */
export async function parseKey(line) {
  const [, name, id, data] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
  const bytes = data === undefined ? new Uint8Array() : fromBase64(data);
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Wrong(`这不是公钥：${line}`, `this is no public key: ${line}`);
  const ownId = (await sha256(concat(utf8(`${name}\n`), bytes))).subarray(0, 4);
  if (hex(ownId) !== id) throw new Wrong('公钥的编号与公钥不符', 'the id of the key is not that of the key');
  let key;
  try {
    key = await crypto.subtle.importKey('raw', bytes.subarray(1), { name: 'Ed25519' }, false, ['verify']);
  } catch {
    throw new Unsure(
      '这个浏览器还不会验 Ed25519 签名，请换新一点的浏览器',
      'this browser cannot check Ed25519 signatures yet; take a newer one',
    );
  }
  return { line, name, id: ownId, key, fingerprint: hex((await sha256(utf8(line))).subarray(0, 16)) };
}

/** A text, an empty line, and signature lines `— name base64(key id || signature)`. */
function parseNote(note) {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new Wrong('签名文件的样式不对', 'this is no signed note');
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, data] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
      if (data === undefined) throw new Wrong('签名行的样式不对', 'this is no signature line');
      const bytes = fromBase64(data);
      return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
    });
  return { text: note.slice(0, end + 1), signatures };
}

/**
 * What the book's key signed: `origin`, `size` and `root`. `pinned` is the fingerprint that the reader has from paper.
 * Witnesses are told by their name and time; their keys are not here, so their signatures are shown, not checked.
 */
export async function checkCheckpoint(note, book, keys, pinned) {
  const { text, signatures } = parseNote(note);
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  if (!/^(0|[1-9]\d*)$/.test(sizeText ?? '') || rest.length !== 1 || rest[0] !== '')
    throw new Wrong('被签的内容不是账本的总指纹', 'what is signed is no checkpoint');
  const signer = await signerOf(text, signatures, keys);
  if (signer === undefined)
    throw new Wrong('总指纹的签名不是公布的密钥签的', 'the checkpoint is not signed with a published key');
  if (pinned !== undefined && pinned !== signer.fingerprint) {
    if (!keys.some(({ fingerprint }) => fingerprint === pinned))
      throw new Wrong('公布的密钥不是纸上的那一把', 'the published key is not the one on paper');
    throw new Unsure(
      '签名的密钥后来换过，纸上的是旧的一把；请向上级部门或证人核对新密钥',
      'the key was changed since the paper was printed; ask the superior bureau or a witness for the new one',
    );
  }
  if (origin !== `${signer.name}/${book}`)
    throw new Wrong(`签名属于 ${origin}，不是本账本`, `the signature is for ${origin}, not for this book`);
  const witnesses = signatures
    .filter(({ signature }) => signature.length === 72)
    .map(({ name, signature }) => ({
      name,
      time: Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)) * 1000,
    }));
  return { origin, size: Number(sizeText), root: fromBase64(rootText), signer, witnesses };
}

async function signerOf(text, signatures, keys) {
  for (const key of keys) {
    for (const { name, id, signature } of signatures) {
      if (name !== key.name || !isSame(id, key.id) || signature.length !== 64) continue;
      if (await crypto.subtle.verify({ name: 'Ed25519' }, key.key, signature, utf8(text))) return key;
    }
  }
  return undefined;
}
