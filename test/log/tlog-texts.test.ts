import { parseTilePath, tilePath } from '../../src/log/tile-path.js';
import { parseTlogProof, tlogProofText } from '../../src/log/tlog-proof.js';
import { parseUint64 } from '../../src/log/uint64.js';

describe('the path of a tile', () => {
  // The first is the example of C2SP tlog-tiles.
  test.each([
    ['5/x001/x234/067', { kind: 'hashes', level: 5, index: 1_234_067, width: 256 }],
    ['0/000', { kind: 'hashes', level: 0, index: 0, width: 256 }],
    ['63/999.p/255', { kind: 'hashes', level: 63, index: 999, width: 255 }],
    ['1/x001/000.p/1', { kind: 'hashes', level: 1, index: 1000, width: 1 }],
    ['entries/x012/345.p/112', { kind: 'entries', level: 0, index: 12_345, width: 112 }],
  ] as const)('%s', (path, tile) => {
    expect(parseTilePath(path)).toEqual(tile);
    expect(tilePath(tile)).toBe(path);
  });

  test('has one form only', () => {
    for (let index = 0; index < 3_000_000; index = index * 3 + 7) {
      const path = tilePath({ kind: 'hashes', level: 2, index, width: 256 });
      expect(parseTilePath(path)?.index).toBe(index);
      expect(parseTilePath(path.replace('/', '/x000/'))).toBeUndefined();
    }
    for (const path of [
      '64/000',
      '01/000',
      '0/x001',
      '0/001/x002',
      '0/x9999/999',
      '0/000.p/256',
      '0/000.p/',
      '0/000/',
    ]) {
      expect(parseTilePath(path)).toBeUndefined();
    }
  });
});

describe('a tlog-proof', () => {
  // The hashes, index and size that C2SP tlog-proof shows; its signatures are shortened there, so they are not here.
  const proof = [
    'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=',
    'B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=',
    'EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=',
    'RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=',
    'AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=',
  ];
  const checkpoint =
    'example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog hI2DJwAA\n';
  const lines = ['c2sp.org/tlog-proof@v1', 'index 73894', ...proof, '', checkpoint];
  const text = lines.join('\n');

  test('is written and read as published', () => {
    expect(tlogProofText({ seq: 73_894, proof, checkpoint })).toBe(text);
    expect(parseTlogProof(text)).toEqual({ index: 73_894, proof, checkpoint });
    expect(parseTlogProof(text.replace('\nindex', '\nextra QUJD\nindex'))).toEqual({
      index: 73_894,
      proof,
      checkpoint,
    });
  });

  test('of the only entry of a log has no hashes', () => {
    expect(parseTlogProof(tlogProofText({ seq: 0, proof: [], checkpoint }))).toEqual({
      index: 0,
      proof: [],
      checkpoint,
    });
  });

  test.each([
    ['another first line', text.replace('@v1', '@v2')],
    ['no index', text.replace('index 73894\n', '')],
    ['an index with a leading zero', text.replace('73894', '073894')],
    ['a negative index', text.replace('73894', '-1')],
    ['an index beyond uint64', text.replace('73894', '18446744073709551616')],
    ['an index beyond what can be counted exactly', text.replace('73894', '9007199254740993')],
    ['extra data after the index', text.replace('73894\n', '73894\nextra QUJD\n')],
    ['extra data that is not base64', text.replace('\nindex', '\nextra !\nindex')],
    ['a short hash', text.replace('gSKyXoYZ', 'gSKy')],
    ['a hash with loose last bits', text.replace('PlQ=', 'PlR=')],
    ['a line of spaces', text.replace('\n\nexample', '\n \nexample')],
    ['no empty line', text.replaceAll('\n\n', '\n')],
    ['carriage returns', text.replaceAll('\n', '\r\n')],
    ['65 hashes', tlogProofText({ seq: 0, proof: Array<string>(65).fill(proof[0] ?? ''), checkpoint })],
    ['more than a proof can be', `${text}${'x'.repeat(1024 * 1024)}`],
    ['nothing', ''],
  ])('is refused with %s', (_, changed) => {
    expect(() => parseTlogProof(changed)).toThrow(RangeError);
  });
});

test('a number of entries is a uint64 in decimal', () => {
  expect(parseUint64('0')).toBe(0n);
  expect(parseUint64('18446744073709551615')).toBe(2n ** 64n - 1n);
  for (const text of [
    '18446744073709551616',
    '99999999999999999999',
    '100000000000000000000',
    '00',
    '01',
    '+1',
    '-0',
    '1.0',
    '0x1',
    ' 1',
    '1\n',
    '',
    '１',
  ])
    expect(parseUint64(text)).toBeUndefined();
});
