import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PlainError } from '../plain-error.js';

/** Injection token of the pool of the event store and the vault. */
export const POOL = Symbol('POOL');
/** And of the pool of those who read the views, so that no append waits for a reader. */
export const VIEW_POOL = Symbol('VIEW_POOL');

const oldestVersion = 15;
/** For those who hold locks that others wait for. */
export const HUNG_AFTER_MS = 15_000;
/** The longest that a statement of the service is waited for; none takes so long of itself. */
const ANSWERS_WITHIN_MS = 60_000;
/** A quiet connection to a host that has vanished breaks so long, and ten seconds, after its last word; the system's own is two hours. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** What PostgreSQL may not do where rows are looked up by their keys alone. */
export const BY_KEYS: readonly string[] = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];

/**
 * @param hungAfterMs after which a transaction that does nothing is ended, with its locks: its process hangs
 * @param synchronousCommit `off` only for what nobody relies on before a later commit that waits for the disk
 */
export function openPool(
  url: string,
  size: number,
  log: (message: string) => void,
  hungAfterMs = 0,
  synchronousCommit: 'on' | 'off' = 'on',
): pg.Pool {
  return open({ connectionString: url, max: size, options: durable(synchronousCommit, hungAfterMs) }, log);
}

/**
 * For the service itself. What it asks of a host that has vanished in the meantime, of which no word comes, fails after a while; without
 * a limit it would wait for some fifteen minutes, until the system gives up. Rebuilds and the like take as long as they take: they have
 * pools of their own.
 */
export function openServicePool(
  url: string,
  size: number,
  log: (message: string) => void,
  query_timeout = ANSWERS_WITHIN_MS,
): pg.Pool {
  return open({ connectionString: url, max: size, options: durable('on', HUNG_AFTER_MS), query_timeout }, log);
}

/** An acknowledged entry is on disk, whatever the server's or the role's own setting says. */
function durable(synchronousCommit: 'on' | 'off', hungAfterMs: number): string {
  return `-c synchronous_commit=${synchronousCommit} -c idle_in_transaction_session_timeout=${hungAfterMs}`;
}

/**
 * For those who read the views: what is asked of a connection before an answer is there goes to the server at once, and is answered in
 * order, so that a page of several lists waits for one trip and not for as many. It takes no queries but plain ones, and waits for no
 * answer for longer than the service does.
 */
export function openReadersPool(
  url: string,
  size: number,
  log: (message: string) => void,
  query_timeout = ANSWERS_WITHIN_MS,
): pg.Pool {
  const options = `-c idle_in_transaction_session_timeout=${HUNG_AFTER_MS}`;
  return open({ connectionString: url, max: size, options, pipeline: true, query_timeout }, log);
}

/**
 * For a follower, who reads rows by their keys over one connection while it writes over another. What it is asked at once it sends at once;
 * its plans find rows by keys alone, whatever is known of how many there are.
 */
export function openLoadersPool(url: string, log: (message: string) => void): pg.Pool {
  const settings = [...BY_KEYS.map((name) => `${name}=off`), 'plan_cache_mode=force_generic_plan'];
  return open(
    { connectionString: url, max: 1, options: settings.map((one) => `-c ${one}`).join(' '), pipeline: true },
    log,
  );
}

function open(config: pg.PoolConfig, log: (message: string) => void): pg.Pool {
  const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS };
  const pool = new pg.Pool({ ...config, ...keepAlive, application_name: 'mingzhang' });
  // An idle connection that breaks (a restart of the server) is replaced; without a listener it ends the process.
  pool.on('error', (error) => {
    // While the pool ends, PostgreSQL may stop sooner than it reads that a connection was closed.
    if (!pool.ending) log(`a database connection broke: ${error.message}`);
  });
  // One that breaks while it is in use fails the query of whoever uses it, now or next; the pool does not listen then.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A server that starts, or comes back from a crash, says so with this code; the longest that it is waited for. */
const CANNOT_CONNECT_NOW = '57P03';
const STARTING_MS = 60_000;
const ASK_AGAIN_MS = 250;

/** Waits for a server that is starting. Refuses, in words, one that cannot be reached, is older than PostgreSQL 15, or does not keep UTF-8. */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const { version, encoding } = await kindOf(pool, performance.now() + STARTING_MS).catch((cause: Error) => {
    throw new PlainError(
      `DATABASE_URL: 数据库无法连接 The database cannot be reached: ${cause.message || cause.name}`,
      { cause },
    );
  });
  if (Number.parseInt(version, 10) < oldestVersion)
    throw new PlainError(
      `DATABASE_URL: 数据库版本过旧 The database is PostgreSQL ${version}; 可用 allowed: version ${oldestVersion} or newer`,
    );
  if (encoding !== 'UTF8')
    throw new PlainError(
      `DATABASE_URL: 数据库编码须为 UTF8 The database keeps its texts in ${encoding}; 可用 allowed: one that was made with the encoding UTF8`,
    );
}

async function kindOf(pool: pg.Pool, until: number): Promise<{ version: string; encoding: string }> {
  for (;;) {
    try {
      const { rows } = await pool.query<{ version: string; encoding: string }>(
        `select current_setting('server_version') as version, current_setting('server_encoding') as encoding`,
      );
      return rows[0] ?? { version: '', encoding: '' };
    } catch (error) {
      const isStarting = error instanceof pg.DatabaseError && error.code === CANNOT_CONNECT_NOW;
      if (!isStarting || performance.now() > until) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}
