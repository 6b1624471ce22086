/** A failure whose message is all that its reader needs; shown without a stack. */
export function plainError(message) {
  return Object.assign(new Error(message), { plain: true });
}
