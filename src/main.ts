import { runService } from './commands/serve.js';

await runService(process.env);
