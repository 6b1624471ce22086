/** How wide a text is, in letters of Chinese; the others are about half as wide. */
export function lettersOf(text: string): number {
  let letters = 0;
  for (const sign of text) letters += sign >= '\u2e80' ? 1 : sign >= 'A' && sign <= 'Z' ? 0.68 : 0.58;
  return letters + 0.2;
}

/** A text of so few letters is not broken over lines. */
export const SHORT_LETTERS = 6.4;

/** How wide a figure is: between its digits the marks of an amount are narrow. */
export function figureLetters(text: string): number {
  let letters = 0;
  for (const sign of text) letters += sign === ',' || sign === '.' ? 0.28 : lettersOf(sign) - 0.2;
  return letters;
}

/** The text, or as much of it as fits into so many letters, with a mark that it goes on. */
export function shortened(text: string, letters: number): string {
  if (lettersOf(text) <= letters) return text;
  let short = '';
  for (const sign of text) {
    if (lettersOf(`${short}${sign}…`) > letters) break;
    short += sign;
  }
  return `${short.trimEnd()}…`;
}
