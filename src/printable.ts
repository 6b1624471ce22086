const LONGEST = 500;

/** What others wrote must not move the cursor, nor hide or turn what is read beside it. */
export function escaped(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

/** On one line, and cut where it is long. */
export function printable(text: string): string {
  const plain = escaped(text.slice(0, LONGEST + 1));
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
