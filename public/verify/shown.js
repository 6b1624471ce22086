// What a page shows, against what was proven.

import { canonical, Wrong } from './bytes.js';
import { valueAt } from './notice.js';
import { fenOfCapitals, sumOf, yuanOf } from './sums.js';

/** What `root` shows of an entry, or of a notice with its rows. Error: Wrong, where that is not what was proven. */
export function compareShown(root, { event, bytes, rows }) {
  for (const element of root.querySelectorAll('[data-path]')) compare(element, valueAt(event, element.dataset.path));
  if (rows === undefined) compareEntry(root, event, new TextDecoder().decode(bytes));
  else compareRows(root, rows);
}

/** An entry is shown with all its postings, and as it was signed. */
function compareEntry(root, { postings }, text) {
  const whole = root.querySelector('[data-bytes]');
  if (whole === null) throw new Wrong('页面没有显示记录的原文', 'the page does not show the bytes of the entry');
  compare(whole, text);
  for (const index of postings.keys())
    if (root.querySelector(`[data-path="postings[${index}].amount"]`) === null)
      throw new Wrong(`页面没有显示第 ${index + 1} 条分录`, `the page does not show posting ${index + 1}`);
}

function compareRows(root, rows) {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  for (const element of root.querySelectorAll('[data-row][data-column]')) {
    const { row, column } = element.dataset;
    // What all rows say alike stands on the page once.
    for (const id of row === '*' ? rowOf.keys() : [row]) {
      const { figures, cells } = rowOf.get(id) ?? { figures: {}, cells: {} };
      compare(element, figures[column]?.amount ?? cells[column]?.text, id);
    }
  }
  for (const element of root.querySelectorAll('[data-entries]')) {
    const { entries: id } = element.dataset;
    const shown = Array.from(element.children, ({ textContent }) => textContent.trim());
    if (shown.join() !== rowOf.get(id)?.entries.join())
      differs(element, shown.join(' '), rowOf.get(id)?.entries.join(' '), id);
  }
  for (const element of root.querySelectorAll('[data-sum]')) compare(element, yuanOf(sumOf(rows, element.dataset.sum)));
  for (const element of root.querySelectorAll('[data-capitals]')) {
    const [shown, sum] = [element.textContent.trim(), sumOf(rows, element.dataset.capitals)];
    if (fenOfCapitals(shown) !== sum) differs(element, shown, yuanOf(sum));
  }
  for (const { id } of rows)
    if (root.querySelector('[data-row]') !== null && root.querySelector(`[data-row="${CSS.escape(id)}"]`) === null)
      throw new Wrong('不在页面上', 'the page does not show it', id);
}

function compare(element, expected, row) {
  const shown = element.textContent.trim();
  const text = typeof expected === 'string' || expected === undefined ? expected : canonical(expected);
  const isAmount = /^-?\d+\.\d\d$/.test(text ?? '');
  if ((isAmount ? shown.replaceAll(',', '') : shown) !== text?.trim()) differs(element, shown, text, row);
}

function differs(element, shown, expected = '', row = undefined) {
  element.classList.add('changed');
  throw new Wrong(
    `页面显示“${shown}”，账本里是“${expected}”`,
    `the page shows “${shown}”, the log has “${expected}”`,
    row,
  );
}
