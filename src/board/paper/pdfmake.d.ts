/** What we use of pdfmake 0.3, which comes without types. */
declare module 'pdfmake' {
  export interface TableLayout {
    hLineWidth?(row: number, node: { table: { body: unknown[] } }): number;
    vLineWidth?(): number;
    hLineColor?(): string;
    vLineColor?(): string;
    paddingLeft?(column: number): number;
    paddingRight?(column: number): number;
    paddingTop?(): number;
    paddingBottom?(): number;
  }

  const pdfmake: {
    setFonts(fonts: Record<string, { normal: string; bold: string }>): void;
    setTableLayouts(layouts: Record<string, TableLayout>): void;
    setUrlAccessPolicy(isAllowed: (url: string) => boolean): void;
    setLocalAccessPolicy(isAllowed: (path: string) => boolean): void;
    createPdf(document: object): { getBuffer(): Promise<Buffer> };
  };
  export default pdfmake;
}
