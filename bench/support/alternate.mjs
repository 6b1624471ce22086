/**
 * Runs each contestant in turn, `rounds` times, the order turned by one each round, so that the machine's moods fall on
 * all alike.
 *
 * @param {Record<string, () => Promise<number>>} contestants each answers operations per second of one round
 * @returns {Promise<Record<string, number[]>>}
 */
export async function alternate(contestants, rounds) {
  const names = Object.keys(contestants);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      const perSecond = await contestants[name]();
      results[name].push(Math.round(perSecond));
      console.log(`round ${round + 1}/${rounds}  ${name.padEnd(24)} ${Math.round(perSecond)} /s`);
    }
  }
  return results;
}

/** Median of the ratios of the pairs: ours of a round over the other of the same round. */
export function medianRatio(ours, others) {
  return Number(median(ours.map((value, round) => value / others[round])).toFixed(2));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1));
}
