/** Parts of a paper, for pdfmake. */

const [LABEL_POINTS, SHORT_LABEL_POINTS] = [118, 72];
/** Padding of the four columns of pairs. */
const BETWEEN_PAIRS = 28;
/** A text of more letters gets a line of its own. */
const HALF_A_LINE = 14;

type Line = readonly [head: string, text: string];

/** Over the table that it is of, with its unit at the right. */
export function heading(text: string, unit = ''): object {
  return {
    style: 'heading',
    columns: [
      { text, width: '*' },
      { text: unit, width: 'auto', style: 'quiet', bold: false, margin: [0, 3, 0, 0] },
    ],
  };
}

/** Each with its label before it. */
export function facts(lines: readonly Line[]): object {
  return {
    layout: 'facts',
    margin: [0, 4, 0, 2],
    table: { widths: [LABEL_POINTS, '*'], body: lines.map(([head, text]) => factCells(head, text)) },
  };
}

/** Short ones two beside each other. */
export function pairs(lines: readonly Line[], width: number): object {
  const half = (width - 2 * SHORT_LABEL_POINTS - BETWEEN_PAIRS) / 2;
  const [short, long] = [lines.filter(([, text]) => isShort(text)), lines.filter(([, text]) => !isShort(text))];
  const body = Array.from({ length: Math.ceil(short.length / 2) }, (_, index) => {
    const [left, right] = short.slice(index * 2, index * 2 + 2);
    return [
      ...factCells(...(left as Line)),
      ...(right === undefined ? [{ text: '' }, { text: '' }] : factCells(...right)),
    ];
  });
  const whole = long.map(([head, text]) => {
    const [label, said] = factCells(head, text);
    return [label, { ...said, colSpan: 3 }, {}, {}];
  });
  return {
    layout: 'facts',
    margin: [0, 0, 0, 6],
    table: { widths: [SHORT_LABEL_POINTS, half, SHORT_LABEL_POINTS, half], body: [...body, ...whole] },
  };
}

function isShort(text: string): boolean {
  return text.length <= HALF_A_LINE;
}

function factCells(head: string, text: string): [object, object] {
  return [{ text: head, style: 'label' }, { text }];
}
