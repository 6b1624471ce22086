import { escaped, printable } from '../src/printable.js';

test.each([
  ['宁财农〔2016〕12号 3.00', '宁财农〔2016〕12号 3.00'],
  ['\u001b[2J\u009b1m\u202e\u007f\u2028\n', '\\u{1b}[2J\\u{9b}1m\\u{202e}\\u{7f}\\u{2028}\\u{a}'],
])('%j stands as it is read', (text, read) => {
  expect(escaped(text)).toBe(read);
  expect(printable(text)).toBe(read);
});

test('what is long is cut', () => {
  expect(printable('x'.repeat(500))).toBe('x'.repeat(500));
  expect(printable('x'.repeat(20_000_000))).toBe(`${'x'.repeat(500)}…`);
});
