import { openOrm } from '../../src/database/orm.js';
import { VIEW_ENTITIES } from '../../src/views/all-views.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

it('has migrations that make exactly the tables which the entities of the views describe', async () => {
  const orm = await openOrm(database.url, VIEW_ENTITIES);
  orm.config.set('schemaGenerator', {
    ...orm.config.get('schemaGenerator'),
    // Everything that is not a view has tables without entities.
    ignoreSchema: ['public', 'views_next'],
    ignoreRoutines: true,
    ignoreTriggers: true,
  });
  const difference = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false });
  await orm.close();
  expect(difference).toEqual({ up: '', down: '' });
});
