/** What was sent is no picture that can be kept; the message goes on after "The body". */
export class UnreadablePhoto extends Error {
  override readonly name = 'UnreadablePhoto';
}

/** A slice that must be there whole. Error: UnreadablePhoto. */
export function slice(bytes: Buffer, from: number, to: number): Buffer {
  if (to > bytes.length || from > to)
    throw new UnreadablePhoto('图片不完整 must be a whole picture; it ends too early');
  return bytes.subarray(from, to);
}
