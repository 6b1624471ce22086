/** The number of a document, 文号, e.g. `宁财农〔2016〕12号`. Not a key: one document can carry lines of several levels. */
export type DocumentNumber = string;

const UNUSUAL = /[﹝[［﹞\]］\s]/;

/** Brackets are printed as 〔〕 ﹝﹞ [] ［］ by different hands; 〔〕 is what GB/T 9704 prescribes. Spaces do not count. */
export function normaliseDocument(number: string): DocumentNumber {
  if (!UNUSUAL.test(number)) return number;
  return number
    .replace(/[﹝[［]/g, '〔')
    .replace(/[﹞\]］]/g, '〕')
    .replace(/\s+/g, '');
}

/** Each once. */
export function normaliseDocuments(numbers: readonly string[] = []): DocumentNumber[] {
  const documents: DocumentNumber[] = [];
  for (const number of numbers) {
    const document = normaliseDocument(number);
    if (!documents.includes(document)) documents.push(document);
  }
  return documents;
}
