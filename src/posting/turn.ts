/** One turn of the event loop, in which what has come is read and what was written is sent. */
export function turn(): Promise<void> {
  return new Promise(setImmediate);
}
