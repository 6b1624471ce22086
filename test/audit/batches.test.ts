import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { bytesOf, newMemory } from '../../src/audit/bundle/batch.js';
import { BatchReader } from '../../src/audit/bundle/batch-reader.js';

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-batches-'));
const file = join(folder, 'lines');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('lines of any length come whole, in their order and once', () => {
  // Room for 64 bytes, so that many lines are longer than a batch and than what is held of the one before.
  const memory = newMemory(64);
  const lengths = fc.array(fc.oneof(fc.nat(10), fc.integer({ min: 50, max: 70 }), fc.nat(3000)), { maxLength: 40 });
  fc.assert(
    fc.property(lengths, fc.boolean(), (each, isEnded) => {
      const text = each.map((length, index) => String(index % 10).repeat(length)).join('\n') + (isEnded ? '\n' : '');
      writeFileSync(file, text);
      const reader = new BatchReader(file);
      let found = '';
      for (let batch = reader.next(memory); batch !== undefined; batch = reader.next(memory)) {
        expect(batch.before).toBe(found.length);
        found += bytesOf(batch.memory).toString('latin1', 1, batch.to);
        expect(found === text || found.endsWith('\n')).toBe(true);
      }
      reader.close();
      expect(found).toBe(text);
    }),
    { numRuns: 500 },
  );
});
