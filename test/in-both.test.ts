import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { chineseOf, inBoth } from '../src/in-both.js';

/** What is given to these is expected or found. */
const TAKERS = new Set(['differ', 'judged', 'matching', 'misfit', 'unreadable', 'badLine', 'byListing']);
const NAMES = new Set(['expected', 'found', 'why']);
const PROSE = /[a-z] [a-z1]|[a-z]… |… [a-z]|^…, [a-z]/;

const FOLDERS = ['src/audit', 'src/views/replay'];
const RECEIPTS = ['note', 'note-key', 'checkpoint', 'tlog-proof', 'add-checkpoint', 'verify-receipt'];

/**
 * Every phrase in the source that an audit or a replay may say of what it expected or found, or that says what is wrong with a key, a
 * note or a receipt, `…` for what varies.
 */
function phrases(): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return [...files, ...RECEIPTS.map((name) => `src/log/${name}.ts`)]
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => saidIn(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)));
}

function saidIn(node: ts.Node): string[] {
  const isSaid =
    ((ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && NAMES.has(node.name.getText())) ||
    (ts.isCallExpression(node) && TAKERS.has(nameOf(node.expression))) ||
    (ts.isNewExpression(node) && node.expression.getText() === 'RangeError') ||
    (ts.isReturnStatement(node) && node.getSourceFile().fileName.endsWith('verify-receipt.ts'));
  const below: string[] = isSaid ? textsIn(node) : [];
  node.forEachChild((child) => void below.push(...saidIn(child)));
  return below;
}

function nameOf(callee: ts.Expression): string {
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
}

function textsIn(node: ts.Node): string[] {
  const texts: string[] = [];
  if (ts.isStringLiteralLike(node)) texts.push(node.text);
  else if (ts.isTemplateExpression(node))
    texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
  else if (!ts.isArrowFunction(node)) node.forEachChild((child) => void texts.push(...textsIn(child)));
  return texts;
}

test('whatever an audit expects or finds, or is wrong with a receipt, is said in Chinese too', () => {
  const said = new Set(phrases().filter((text) => PROSE.test(text)));
  expect(said.size).toBeGreaterThan(100);
  expect([...said].filter((text) => chineseOf(text) === undefined)).toEqual([]);
});

test.each([
  ['a signature by x/log+00000000+AAAA', '由此公钥签名 a signature by x/log+00000000+AAAA'],
  ['the root AAA= of 107 entries', '前 107 笔的树根 the root AAA= of 107 entries'],
  ['data.amount: an id of letters, digits, ., _ and -', /^由字母、数字和 . _ - 组成的编号 data\.amount: an id/],
  ['17, reversed by entry 19', '已被第 19 号记录冲销 17, reversed by entry 19'],
])('%s: Chinese first, the English as it was', (english, both) => {
  expect(inBoth(english)).toEqual(typeof both === 'string' ? both : expect.stringMatching(both));
});

test.each(['project:P-INFRA', '"nothing"', '55', '{"amount":"1.00"}', `entry ${'of fund '.repeat(1000)}`])(
  'a value stays as it is: %.30s',
  (value) => {
    expect(inBoth(value)).toBe(value);
  },
);
