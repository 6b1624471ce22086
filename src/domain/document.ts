/** The number of a document, 文号, e.g. `宁财农〔2016〕12号`. Not a key: one document can carry lines of several levels. */
export type DocumentNumber = string;

/** Brackets are printed as 〔〕 ﹝﹞ [] ［］ by different hands; 〔〕 is what GB/T 9704 prescribes. Spaces do not count. */
export function normaliseDocument(number: string): DocumentNumber {
  return number
    .replace(/[﹝[［]/g, '〔')
    .replace(/[﹞\]］]/g, '〕')
    .replace(/\s+/g, '');
}
