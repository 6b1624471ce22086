import { createRequire } from 'node:module';
import pdfmake from 'pdfmake';
import { withLastRows } from './last-page.js';
import { CLOSING, type Paper } from './notice-paper.js';

const { resolve } = createRequire(import.meta.url);
/** Only the signs that a paper has are put into it. */
const FONT = {
  normal: resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
  bold: resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf'),
};
const RULE = '#9a9a9a';
const LONGEST_HEAD = 48;

pdfmake.setFonts({ NotoSansSC: FONT });
// A paper is made of what it is handed: it fetches nothing, and reads its fonts alone.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path === FONT.normal || path === FONT.bold);
pdfmake.setTableLayouts({
  sheet: {
    hLineWidth: (row, { table }) => (row <= 1 || row === table.body.length ? 0.8 : 0.4),
    vLineWidth: () => 0.4,
    hLineColor: () => RULE,
    vLineColor: () => RULE,
    paddingTop: () => 2.5,
    paddingBottom: () => 2.5,
  },
  facts: {
    hLineWidth: () => 0,
    vLineWidth: () => 0,
    paddingLeft: (column) => (column === 0 ? 0 : 4),
    paddingRight: () => 4,
    paddingTop: () => 1.5,
    paddingBottom: () => 1.5,
  },
});

/** What pdfmake tells of a part once it is laid out. */
interface LaidOut {
  id?: string;
  /** On which it stands. */
  pageNumbers: number[];
  /** How many there are. */
  pages: number;
}

/** On one line at the head of a sheet. */
function short(title: string): string {
  const signs = [...title];
  return signs.length > LONGEST_HEAD ? `${signs.slice(0, LONGEST_HEAD - 1).join('')}…` : title;
}

/** A4, with the head of a table on every page that it runs over, the number of each page, and rows above what closes it. */
export async function renderPaper(paper: Paper): Promise<Buffer> {
  let isAlone = false;
  // pdfmake writes into what it lays out.
  const whole = await layOut({ ...paper, content: structuredClone(paper.content) }, ({ id, pageNumbers, pages }) => {
    // It begins where it had no room, a page before the last.
    if (id === CLOSING) isAlone = (pageNumbers[0] ?? pages) < pages;
    return false;
  });
  return isAlone ? layOut({ ...paper, content: withLastRows(paper.content) }) : whole;
}

function layOut(
  { title, isLandscape, content, foot }: Paper,
  pageBreakBefore?: (node: LaidOut) => boolean,
): Promise<Buffer> {
  return pdfmake
    .createPdf({
      info: { title, producer: 'Mingzhang' },
      pageSize: 'A4',
      pageOrientation: isLandscape ? 'landscape' : 'portrait',
      pageMargins: [48, 48, 48, 54],
      content,
      ...(pageBreakBefore !== undefined && { pageBreakBefore }),
      // From the second page on, so that sheets that come apart are put together again.
      header: (page: number) =>
        page === 1 ? '' : { text: `${short(title)}（续）`, style: 'quiet', margin: [48, 26, 48, 0] },
      footer: (page: number, pages: number) => ({
        margin: [48, 16, 48, 0],
        fontSize: 8,
        color: '#555555',
        columns: [foot, { text: `第 ${page} 页，共 ${pages} 页`, alignment: 'right' }],
      }),
      defaultStyle: { font: 'NotoSansSC', fontSize: 10, lineHeight: 1.2 },
      styles: {
        title: { bold: true, alignment: 'center' },
        kind: { alignment: 'center', color: '#555555', margin: [0, -4, 0, 8] },
        heading: { fontSize: 12, bold: true, margin: [0, 10, 0, 5] },
        head: { bold: true, fillColor: '#f0efeb' },
        mark: { bold: true, color: '#a32a20', margin: [0, 0, 0, 3] },
        capitals: { bold: true, margin: [0, 4, 0, 0] },
        label: { color: '#555555' },
        quiet: { color: '#555555', fontSize: 9 },
        fine: { color: '#555555', fontSize: 8 },
      },
    })
    .getBuffer();
}
