// The verifier over a bundle of 100,000 entries as a whole process, beside `ledger -f journal bal` over the same book.
// Ledger adds up; the verifier adds up too, and hashes, proves and judges every field.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { alternate, median, medianRatio } from './support/alternate.mjs';
import { growBook } from './support/grown-book.mjs';
import { startDatabase } from './support/service.mjs';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

export async function bench({ isQuick }) {
  const [rounds, count] = isQuick ? [3, 10_000] : [5, 100_000];
  const database = await startDatabase(['ours']);
  try {
    const { book, vkey } = await growBook(database.urls.ours, count);
    const env = { ...process.env, DATABASE_URL: database.urls.ours, DATA_DIR: database.dataDir };
    must(env, 'views', 'rebuild', 'all');
    const bundle = join(database.dataDir, 'bundle');
    const journal = join(database.dataDir, 'journal');
    must(env, 'export', 'bundle', '--book', book, '-o', bundle);
    must(env, 'export', 'journal', '--format', 'ledger', '--book', book, '-o', journal);
    return await compare({ rounds, count, bundle, journal, vkey });
  } finally {
    await database.stop();
  }
}

async function compare({ rounds, count, bundle, journal, vkey }) {
  const hasLedger = spawnSync('ledger', ['--version']).status === 0;
  if (!hasLedger)
    console.log('The program ledger is not installed here (Debian package ledger): only ours is measured.');
  const peaksMiB = [];
  const contestants = {
    verify: async () => {
      const run = await timed(process.execPath, [cli, 'verify', bundle, '--key', vkey]);
      peaksMiB.push(run.peakMiB);
      return count / run.seconds;
    },
    ...(hasLedger && { ledger: async () => count / (await timed('ledger', ['-f', journal, 'bal'])).seconds }),
  };
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = await alternate(contestants, rounds);
  return {
    ratios: hasLedger ? { ledger: medianRatio(results.verify, results.ledger) } : {},
    figures: {
      entries: count,
      secondsEach: Object.fromEntries(
        Object.entries(results).map(([name, perSecond]) => [name, Number((count / median(perSecond)).toFixed(2))]),
      ),
      // Of the whole process; Linux alone tells it.
      peakMiB: Math.max(...peaksMiB),
      bundleMiB: Math.round(statSync(bundle).size / 2 ** 20),
      rounds: results,
    },
  };
}

function must(env, ...args) {
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`mingzhang ${args.join(' ')} ended with status ${status}: ${stderr}`);
}

function timed(command, args) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    let peakMiB = 0;
    const watch = setInterval(() => (peakMiB = peakOf(child.pid) ?? peakMiB), 20);
    child.once('error', reject);
    child.once('exit', (status) => {
      clearInterval(watch);
      const seconds = (performance.now() - start) / 1000;
      if (status === 0) resolve({ seconds, peakMiB });
      else reject(new Error(`${command} ${args.join(' ')} ended with status ${status}`));
    });
  });
}

function peakOf(pid) {
  try {
    const [, kiB] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kiB === undefined ? undefined : Math.round(Number(kiB) / 1024);
  } catch {
    // Not Linux, or it has just ended.
    return undefined;
  }
}
