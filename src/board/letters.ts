/** How wide a text is, in letters of Chinese; the others are about half as wide. */
export function lettersOf(text: string): number {
  let letters = 0;
  for (const sign of text) letters += sign >= '\u2e80' ? 1 : sign >= 'A' && sign <= 'Z' ? 0.68 : 0.58;
  return letters + 0.2;
}
