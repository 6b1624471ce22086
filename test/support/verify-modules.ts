export interface Later {
  from: number | undefined;
  found: { what: string; seq?: number; by: number }[];
}
export interface Proven {
  event: { type: string };
  checkpoint: { size: number; signer: { fingerprint: string } };
}
export interface BrowserBook {
  prove(seq: number): Promise<Proven>;
  checkpoint(note: string): Promise<Proven['checkpoint']>;
}
interface VerifyModules {
  Book: new (id: string, load: (path: string) => Promise<Uint8Array>, pinned?: string) => BrowserBook;
  Wrong: new (...args: string[]) => Error;
  Unsure: new (...args: string[]) => Error;
  fenOfCapitals(text: string): bigint;
  lookLater(book: BrowserBook, proven: Proven, cited?: number[]): Promise<Later>;
  checkNotice(
    book: BrowserBook,
    id: string,
    onProgress?: (done: number, all: number) => void,
  ): Promise<{ cited: number[]; later: Later }>;
}

// What browsers load, as they load it.
const modules = await Promise.all(
  ['bytes', 'book', 'later', 'notice', 'sums'].map(
    (name): Promise<Partial<VerifyModules>> =>
      import(new URL(`../../public/verify/${name}.js`, import.meta.url).pathname),
  ),
);
export const { Book, Wrong, Unsure, fenOfCapitals, lookLater, checkNotice } = Object.assign(
  {},
  ...modules,
) as VerifyModules;
