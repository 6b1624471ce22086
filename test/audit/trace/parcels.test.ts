import { graphOf } from '../../../src/audit/trace/graph.js';
import { followFund, type Move } from '../../../src/audit/trace/parcels.js';
import { formatYuan } from '../../../src/domain/money.js';

/** `F-1` of book 640121; each move is `from to fen`, or `undo n` for the reversal of the n-th. */
function moves(...steps: string[]): Move[] {
  const made: Move[] = [];
  for (const [seq, step] of steps.entries()) {
    const [from = '', to = '', fen = '0'] = step.split(' ');
    const undone = from === 'undo' ? made[Number(to)] : undefined;
    if (undone === undefined) {
      made.push({ seq, type: 'funds.allocated', from, to, amountFen: BigInt(fen), reverses: null });
    } else {
      const { from: back, to: forth, amountFen } = undone;
      made.push({ seq, type: 'entry.reversed', from: forth, to: back, amountFen, reverses: undone.seq });
    }
  }
  return made;
}

/** The way of each parcel as `fen: place seq place seq place …`. */
function ways(found: ReturnType<typeof followFund>): string[] {
  return found.map(({ amountFen, hop }) => {
    const words: string[] = [hop.to];
    for (let step: typeof hop | undefined = hop; step !== undefined; step = step.parent)
      words.unshift(step.from, `-${step.seq}-`);
    return `${amountFen}: ${words.join(' ').replaceAll('640121/', '')}`;
  });
}

it('gives first what came first, and splits a parcel to the fen', () => {
  const found = followFund(
    '640121',
    'F-1',
    moves(
      'source:F-1 bureau 100',
      'bureau pool:A 60',
      'bureau project:P 40',
      'pool:A project:P 60',
      'project:P wip:P 50',
    ),
  );
  expect(ways(found)).toEqual([
    '50: source:F-1 -0- bureau -1- pool:A -3- project:P',
    '40: source:F-1 -0- bureau -2- project:P -4- wip:P',
    '10: source:F-1 -0- bureau -1- pool:A -3- project:P -4- wip:P',
  ]);
});

it('counts a reversed entry and its reversal as if neither had been', () => {
  const found = followFund(
    '640121',
    'F-1',
    moves('source:F-1 bureau 100', 'bureau project:P 30', 'undo 1', 'bureau project:Q 100'),
  );
  expect(ways(found)).toEqual(['100: source:F-1 -0- bureau -3- project:Q']);
});

it('does not invent money that an account lacks', () => {
  const short = moves('source:F-1 bureau 10', 'bureau project:P 11');
  expect(() => followFund('640121', 'F-1', short)).toThrow('640121/bureau lacks money of fund F-1 for entry 1');
});

it('draws places between which money went to and fro once for each number of steps', () => {
  const found = followFund(
    '640121',
    'F-1',
    moves('source:F-1 bureau 100', 'bureau department:05 70', 'department:05 bureau 20', 'bureau project:P 50'),
  );
  const { nodes, edges } = graphOf(found);
  expect(
    edges.map(({ from, to, amountFen }) => `${from} ${to} ${formatYuan(amountFen)}`.replaceAll('640121/', '')),
  ).toEqual([
    'source:F-1 bureau@1 1.00',
    'bureau@1 department:05@2 0.70',
    'bureau@1 project:P 0.30',
    'department:05@2 bureau@3 0.20',
    'bureau@3 project:P 0.20',
  ]);
  expect(nodes.filter(({ standsFen }) => standsFen > 0n).map(({ id, standsFen }) => [id, standsFen])).toEqual([
    ['640121/department:05@2', 50n],
    ['640121/project:P', 50n],
  ]);
});
