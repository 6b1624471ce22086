/** One thing in both languages. */
export interface Words {
  zh: string;
  en: string;
}

/** In Chinese, then in English, as clerks and programs are both told. */
export function inBoth({ zh, en }: Words): string {
  return `${zh} ${en}`;
}
