import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Importer } from '../../src/http/imports/importer.js';
import { fund, Importing, ndjson } from '../support/importing.js';

it('breaks an import off that has nothing under way when the service stops', async () => {
  const { app } = await Importing.into('640101');
  const importer = app.app.get(Importer, { strict: false });
  const lines = new IncomingMessage(new Socket());
  const caller = { actor: 'clerk', role: 'clerk' as const, divisions: ['6401'] };
  const answers = importer.answers({ book: '640101', actor: 'clerk', caller, lines, wantsReceipts: false });
  lines.push(ndjson([fund('F-1')]));
  expect((await answers.next()).value).toContain('"status":201');
  importer.beforeApplicationShutdown();
  await expect(answers.next()).rejects.toThrow('stopping');
  await app.close();
});
