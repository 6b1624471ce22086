/** A spreadsheet runs a text that begins like this as a formula, in full width too; one that begins so after apostrophes is kept apart from it. */
const DANGEROUS = /^'*[=+\-@\t\r＝＋－＠]/;

/** The apostrophe makes it a text. The one way for every text that goes into a cell whose type nobody states. */
export function defused(text: string): string {
  return DANGEROUS.test(text) ? `'${text}` : text;
}

/** What `defused` was given: a cell that we wrote is read as it was meant. */
export function undefused(text: string): string {
  return text.startsWith("'") && DANGEROUS.test(text.slice(1)) ? text.slice(1) : text;
}
