import { defineEntity, p } from '@mikro-orm/core';

/** How far a view has followed a book: the seq of the last event that its rows hold, -1 for none. */
export const Checkpoint = defineEntity({
  name: 'Checkpoint',
  schema: 'views',
  tableName: 'checkpoints',
  properties: {
    view: p.text().collation('C').primary(),
    book: p.text().collation('C').primary(),
    seq: p.integer(),
  },
  checks: [{ name: 'checkpoints_seq_from_empty', expression: 'seq >= -1' }],
});
