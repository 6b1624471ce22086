import fc from 'fast-check';
import { formatYuan } from '../../src/domain/money.js';
import { looksPersonal, personalField } from '../../src/domain/personal-data.js';

describe('a text looks personal where it holds', () => {
  it.each([
    ['an ID number', '640121197803154524'],
    ['an ID number that ends with X', '张某（64012119780315452x）'],
    ['an ID number in groups', '640121 19780315 4524'],
    ['an ID number with hyphens, alone', '640121-19780315-4524'],
    ['an ID number in full-width digits', '身份证６４０１２１１９７８０３１５４５２４'],
    ['an ID number of 15 digits', '旧证640121780315452'],
    ['a mobile number', '联系电话13995012345'],
    ['a mobile number in groups', '请拨 139 9501 2345'],
    ['a mobile number with hyphens, alone', '139-9501-2345'],
    ['a mobile number with dashes', '139–9501–2345'],
    ['a mobile number in full-width digits and spaces', '１３９　９５０１　２３４５'],
    ['a mobile number with the code of the country', '+86 13995012345'],
    ['the same without a plus, alone', '8613995012345'],
    ['a mobile number before a year', '13995012345.2016年'],
    ['a mobile number after letters', '电话tel13995012345'],
    ['a mobile number with characters of no width between', '139​9501‌2345'],
    ['a mobile number with dots', '139.9501.2345'],
    ['a mobile number with its first part in brackets', '电话（139）95012345'],
    ['the same with a break behind', '(139) 9501-2345'],
    ['a mobile number as it is dialled from abroad', '008613995012345'],
    ['a mobile number of emojis', '1️⃣3️⃣9️⃣9️⃣5️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣'],
    ['a mobile number in Arabic digits', '١٣٩٩٥٠١٢٣٤٥'],
    ['a mobile number in Tibetan digits', '༡༣༩༩༥༠༡༢༣༤༥'],
    ['a mobile number in Mongolian digits', '᠑᠓᠙᠙᠕᠐᠑᠒᠓᠔᠕'],
    ['a bank card', '卡号 6217001234567890122'],
    ['a bank card in groups', '6217 0012 3456 7890 122'],
    ['a bank card with hyphens, alone', '6217-0012-3456-7890-122'],
    ['a bank card in full-width digits', '６２１７００１２３４５６７８９０１２２'],
    ['one of them beside a UUID', '0192f1c4-1234-7678-9012-345678901234 张某 13995012345'],
  ])('%s', (_, text) => expect(looksPersonal(text)).toBe(true));
});

describe('a text does not look personal for holding', () => {
  it.each([
    ['a date', '2016-07-13'],
    ['an instant', '2016-07-13T01:02:03.004Z'],
    ['milliseconds since 1970', '1468371723004'],
    ['nanoseconds since 1970', '1468371723004000000'],
    ['a document number', '宁财农〔2016〕12号'],
    ['a code of a function', '2130505'],
    ['thirteen billion yuan', '13912345678.00'],
    ['thirteen billion yuan in words', '合计13912345678.00元'],
    ['万元 with six decimals', '共 724.712484 万元'],
    ['亿元 with eight decimals', '共 139.12345678 亿元'],
    ['a number before a day', 'P135-20160713'],
    ['the same without a letter', '135-20160713'],
    ['a serial with its year between dots', '150.2016.0012'],
    ['a serial with its year between slashes', '宁财建/150/2016/0012'],
    ['a serial after its year', 'YN-150-20160012'],
    ['a serial after two hyphens', '180-30010001'],
    ['a serial of twelve digits', '013930010001'],
    ['a count in brackets before a day', '补助（135）20160713'],
    ['a count in brackets before years', '危房改造(150)2016-2017年'],
    ['dimensions', '130/1200/1500'],
    ['division, day and serial with dots', '640121.20160713.0012'],
    ['a division code', '640121100201'],
    ['division codes one after the other', '640121100201、640121100202'],
    ['the credit code of a company', '91640100MA75XW8T0Y'],
    ['a credit code without a letter that passes Luhn', '936401210715000373'],
    ['an id of date and serial', '2016071300000128'],
    ['a time with milliseconds and a serial digit', '202607190804051237'],
    ['a number of 16 digits with a letter before it', 'V6217001234567893'],
    ['an ID number with a letter before it', 'V640121197803154524'],
    ['a fixed line', '0951-8011234'],
    ['a hash', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['a UUID with a number inside', 'beneficiary:0192f1c4-1234-7678-9012-a13912345678'],
    ['a hash with a number inside', '见 c0ffeec0ffeec0ffeec0a13912345678bc0ffeec0ffeec0ffeec0ffeec0ffee1'],
  ])('%s', (_, text) => expect(looksPersonal(text)).toBe(false));

  const never = (texts: fc.Arbitrary<string>) =>
    fc.assert(
      fc.property(texts, (text) => !looksPersonal(text)),
      { numRuns: 5_000 },
    );

  it('any UUID, alone or after a word', () => {
    never(fc.uuid());
    never(fc.uuid().map((uuid) => `beneficiary:${uuid}`));
  });

  it('any amount up to a trillion yuan', () => {
    const amounts = fc.bigInt({ min: -100_000_000_000_000n, max: 100_000_000_000_000n }).map(formatYuan);
    never(amounts);
    never(amounts.map((amount) => `补助${amount}元`));
  });

  it('any number that begins with a time of this century, as systems make keys', () => {
    const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    const digits = times.map((time) => time.toISOString().replace(/\D/g, ''));
    never(fc.tuple(digits, fc.stringMatching(/^\d{0,2}$/)).map((parts) => parts.join('')));
    never(digits.map((text) => text.slice(0, 15)));
  });

  it('any SHA-256 in hex', () => {
    // A hash of nothing but digits is not to be met: one in 10^13.
    never(fc.stringMatching(/^[0-9a-f]{63}[a-f]$/));
    never(fc.stringMatching(/^[0-9a-f]{63}[a-f]$/).map((hash) => `原件 ${hash}。`));
  });

  it('any division code', () => {
    never(fc.stringMatching(/^[1-9]\d{5}(\d{3}(\d{3})?)?$/));
  });
});

it('finds nearly every ID number, card and mobile number that is made by the rules', () => {
  const number = (pattern: RegExp) => fc.stringMatching(pattern);
  const always = (texts: fc.Arbitrary<string>) =>
    fc.assert(
      fc.property(texts, fc.constantFrom('', ' ', '张某', '：'), (text, before) => looksPersonal(`${before}${text}`)),
    );
  always(
    number(
      /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-6])\d{4}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$/,
    ),
  );
  always(number(/^1[3-9]\d{9}$/));
  always(number(/^62\d{14,16}$/).map((digits) => `${digits}${luhnDigit(digits)}`));
});

function luhnDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

it('names the field by its path', () => {
  expect(personalField({ name: '圈棚', owners: [{ id: 'x' }, { name: '张某 13995012345' }] })).toBe('owners[1].name');
  expect(personalField({ documents: ['宁财农〔2016〕12号', '640121197803154524'] })).toBe('documents[1]');
  expect(personalField({ amount: '13912345678.00', fiscalYear: 13_912_345_678, note: undefined })).toBeUndefined();
});
