import { type ComponentChildren, Fragment, isValidElement } from 'preact';
import { figureLetters, lettersOf } from '../drawing/letters.js';

export interface RoomColumn {
  head: string;
  /** Figures are never broken; texts are, into lines of some letters. */
  isNumber: boolean;
  /** Of the cells, as `plainText` has them. */
  texts: readonly string[];
}

/** Letters of a table and of its heads, and what stands beside them in a cell; see board.css. In rem. */
const [LETTER, HEAD_LETTER, BESIDE] = [0.92, 0.85, 1.6];
/** In letters: a text of more gets at least so many, and the name of a row always more. */
const [LEAST_TEXT, LEAST_NAME] = [6.4, 8];
/** Widths of tables in rem, for each of which board.css has a class; a desk has 65.5. Whatever is wider is always cards. */
const WIDTHS = [52, 56, 60, 64] as const;

/** The place of a table that turns into cards where its columns have no room beside each other: how much they need is of its data. */
export function Room({ columns, children }: { columns: readonly RoomColumn[]; children: ComponentChildren }) {
  const needed = columns.reduce((sum, column, index) => sum + widthOf(column, index === 0), 0);
  const width = WIDTHS.find((one) => needed <= one);
  return <div class={`room room-${width ?? 'none'}`}>{children}</div>;
}

function widthOf({ head, isNumber, texts }: RoomColumn, isName: boolean): number {
  return Math.max(lettersIn(texts, isNumber, isName) * LETTER, lettersOf(head) * HEAD_LETTER) + BESIDE;
}

function lettersIn(texts: readonly string[], isNumber: boolean, isName: boolean): number {
  const told = texts.filter((text) => text !== '').map(isNumber ? figureLetters : lettersOf);
  const longest = told.length === 0 ? LEAST_TEXT : Math.max(...told);
  if (isNumber) return longest;
  return isName ? LEAST_NAME : Math.min(longest, LEAST_TEXT);
}

/** What a cell says, as far as that is told by its elements; nothing of what components make of theirs. */
export function plainText(content: ComponentChildren): string {
  if (typeof content === 'string' || typeof content === 'number' || typeof content === 'bigint') return String(content);
  if (Array.isArray(content)) return content.map(plainText).join('');
  if (!isValidElement(content) || (typeof content.type !== 'string' && content.type !== Fragment)) return '';
  return plainText(content.props.children);
}
