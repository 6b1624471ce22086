import { normaliseDocument } from '../../src/domain/document.js';

it.each([
  '宁财农〔2016〕12号',
  '宁财农﹝2016﹞12号',
  '宁财农[2016]12号',
  '宁财农［2016］12号',
  ' 宁财农 〔2016〕 12 号 ',
  '宁财农　〔2016〕12号',
])('%j is written with the brackets of GB/T 9704 and without spaces', (number) => {
  expect(normaliseDocument(number)).toBe('宁财农〔2016〕12号');
});

it('other brackets are part of a number', () => {
  expect(normaliseDocument('宁财(农)发〔2016〕12号')).toBe('宁财(农)发〔2016〕12号');
});
