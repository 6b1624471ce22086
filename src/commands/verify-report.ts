import type { Different } from '../audit/difference.js';
import type { Whole } from '../audit/log-audit.js';
import { inBoth } from '../in-both.js';
import type { Checkpoint } from '../log/checkpoint.js';
import { printable } from '../printable.js';

/** In words. */
export function report(whole: Whole, areKeysGiven: boolean, since: Checkpoint | undefined): string {
  const { book, size, root, signers, checkpoints, published, notCompared } = whole;
  return [
    `账套 ${book} 完整。 Book ${book} is whole.`,
    `  记录 entries        ${size} 笔,序号连续,每笔按资金平衡,余额从不为负,请求编号不重复`,
    `                      ${size}, without a gap, each balanced for each fund; no balance below zero; no key twice`,
    `  树根 root           ${root}`,
    `  检查点 checkpoints  ${checkpoints},签名 signed by ${signers.map(printable).join(', ')}`,
    ...(published === null
      ? [
          '  公布 published      未比对:本区划不在区划表中,服务没有公示 not looked at: the service discloses nothing of this',
          '                      division, which is not in the register',
        ]
      : [`  公布 published      与记录相符 each as the entries say: ${rowsIn(published)}`]),
    ...notComparedLines(notCompared),
    ...(since === undefined
      ? []
      : [
          `  自上次 since        先前检查点的 ${since.size} 笔原样在前 the ${since.size} entries of the earlier checkpoint are its first`,
        ]),
    ...(areKeysGiven
      ? []
      : [
          '公钥是随账套而来的:请与从别处得到的核对,或用 --key 给出。',
          'The key came with the book. Compare it with one that you have from elsewhere, or give that one with --key.',
        ]),
  ].join('\n');
}

const MOST_TOLD = 5;

function notComparedLines(divisions: Whole['notCompared']): string[] {
  if (divisions.length === 0) return [];
  const reasons = [...new Set(divisions.map(({ why }) => why))];
  return [
    `  未比对 not compared ${divisions.length} 个区划的合计 the sums of ${divisions.length} divisions`,
    ...reasons.map((reason) => {
      const all = divisions.flatMap(({ division, why }) => (why === reason ? [division] : []));
      const left = all.length - MOST_TOLD;
      const more = left > 0 ? `, 另有 and ${left} 个 more (--json)` : '';
      return `                      ${inBoth(reason)}: ${all.slice(0, MOST_TOLD).join(', ')}${more}`;
    }),
  ];
}

function rowsIn(published: Record<string, number>): string {
  const tables = Object.entries(published).map(([table, rows]) => `${rows} ${table}`);
  return tables.join(', ');
}

export function differing({ difference }: Different): string {
  const { book, seq, field, expected, found } = difference;
  return [
    `账套 ${book} 与应有的不符,第一处差异: Book ${book} is not what it must be. The first difference:`,
    `  序号 seq       ${seq ?? '无 none'}`,
    `  字段 field     ${printable(field)}`,
    `  应为 expected  ${printable(inBoth(expected))}`,
    `  实为 found     ${printable(inBoth(found))}`,
  ].join('\n');
}
