import { growthUntilDue } from '../../../src/posting/snapshots/snapshot-keeper.js';

describe('by how much a book grows until its next snapshot is due', () => {
  it.each([
    { size: 5_000, quiet: 20_000, burst: 100_000 },
    { size: 640_000, quiet: 20_000, burst: 100_000 },
    { size: 1_600_000, quiet: 50_000, burst: 200_000 },
  ])('of $size events: $quiet, and $burst in a burst', ({ size, quiet, burst }) => {
    expect(growthUntilDue(size, 0)).toBe(quiet);
    expect(growthUntilDue(size, 999)).toBe(quiet);
    expect(growthUntilDue(size, 1_000)).toBe(burst);
  });
});
