import { newUuid } from '../src/new-uuid.js';

it('makes random UUIDs, each once', () => {
  const ids = Array.from({ length: 1_000 }, newUuid);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  // Every digit that is free takes every value.
  for (const place of [0, 9, 15, 20, 35]) expect(new Set(ids.map((id) => id[place])).size).toBe(16);
});
