import type { DocumentNumber } from '../../domain/document.js';

/**
 * By what a line is found, one word a line, each behind its book, so that an index leads to the lines of that book alone:
 *
 *   640121 道          each character of the name of a thing
 *   640121 道路        each two that follow one another
 *   640121 fund F-1    what a line speaks of without having its name for its own
 *
 * Things are few beside the entries that speak of them, so only things are found by their names.
 */
export type Spoken = 'fund' | 'project' | 'asset' | 'policy' | 'person' | 'document';

export function spoken(book: string, kind: Spoken, id: string): string {
  return `${book} ${kind} ${id}`;
}

export function documentTerms(book: string, documents: readonly DocumentNumber[]): string[] {
  return documents.map((document) => spoken(book, 'document', document));
}

/** Of the name of a thing. */
export function nameTerms(book: string, name: string): string[] {
  const characters = [...name];
  return wordsOf(book, [...characters, ...pairsOf(characters)]);
}

/** What all names that hold these words have among their terms. */
export function termsWithin(book: string, words: string): string[] {
  const characters = [...words];
  return wordsOf(book, characters.length === 1 ? characters : pairsOf(characters));
}

export function termsText(terms: readonly string[]): string {
  let text = terms[0] ?? '';
  // They are few, and a set would cost more than all else about a line.
  for (let at = 1; at < terms.length; at += 1) {
    const term = terms[at] as string;
    if (terms.indexOf(term) === at) text += `\n${term}`;
  }
  return text;
}

function wordsOf(book: string, words: readonly string[]): string[] {
  return words.filter((word) => !/\s/.test(word)).map((word) => `${book} ${word}`);
}

function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
