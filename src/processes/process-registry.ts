import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/in-transaction.js';
import { PlainError } from '../plain-error.js';
import { VERSION } from '../version.js';
import type { StandingFailure } from '../views/engine/follower.js';
import type { WorkInBook } from './recent-work.js';

/** `service` answers requests and follows the views too; `view worker` follows the views alone. */
export type ProcessRole = 'service' | 'view worker';

/** What a process says of itself; of the books the busiest. */
export interface Doing {
  wrote: WorkInBook[];
  followed: WorkInBook[];
  standingStill: (Omit<StandingFailure, 'retryAt'> & { retryAt: string })[];
}

export interface KnownProcess {
  id: string;
  role: ProcessRole;
  host: string;
  pid: number;
  version: string;
  /** The public key (vkey) with which a service signs checkpoints. */
  logKey: string | null;
  startedAt: Date;
  /** When it last said so. */
  seenAt: Date;
  /** Since then, by the clock of the database. */
  silentSeconds: number;
  doing: Doing;
}

const BEAT_MS = 5_000;
/** One that missed two beats has ended, or hangs. */
export const SILENT_AFTER_SECONDS = 15;
/** So long it is still shown. */
const REMEMBERED_FOR = '1 day';

const BEAT = `
  insert into processes (id, role, host, pid, version, log_key, doing) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (id) do update set seen_at = greatest(now(), processes.started_at), doing = excluded.doing`;

const LIST = `
  select id, role, host, pid, version, log_key as "logKey", started_at as "startedAt", seen_at as "seenAt",
    greatest(extract(epoch from now() - seen_at), 0)::float8 as "silentSeconds", doing
  from processes order by started_at, id`;

/** This process among those that work on the same database. */
export class ProcessRegistry {
  readonly id = randomUUID();
  readonly version = VERSION;
  readonly startedAt = new Date();
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private isWell = true;

  constructor(
    private readonly pool: Pool,
    readonly role: ProcessRole,
    /** Of a service. */
    private readonly logKey: string | undefined,
    private readonly observe: () => { wrote: WorkInBook[]; followed: WorkInBook[]; standingStill: StandingFailure[] },
    private readonly log: (message: string, facts: Record<string, unknown>) => void,
  ) {}

  /** Error: PlainError where another service signs with another key. */
  async start(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      // Services that start together see one another.
      await client.query('lock table processes in share row exclusive mode');
      await client.query(`delete from processes where seen_at < now() - interval '${REMEMBERED_FOR}'`);
      if (this.logKey !== undefined) await refuseOtherKeys(client, this.logKey);
      await this.beat(client);
    });
    this.timer = setInterval(() => {
      this.beating = this.beating.then(() => this.tryToBeat());
    }, BEAT_MS).unref();
  }

  /** A process that ends in order is not remembered. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    if (this.timer === undefined) return;
    await this.beating;
    await this.pool.query('delete from processes where id = $1', [this.id]).catch((error: Error) => {
      this.log('this process could not be taken off the list of processes', { error: error.message });
    });
  }

  async list(): Promise<KnownProcess[]> {
    const { rows } = await this.pool.query<KnownProcess>(LIST);
    // Of itself it knows what it has not said yet.
    return rows.map((row) => (row.id === this.id ? { ...row, doing: this.doing() } : row));
  }

  private doing(): Doing {
    const { wrote, followed, standingStill } = this.observe();
    const failures = standingStill.map((failure) => ({ ...failure, retryAt: failure.retryAt.toISOString() }));
    return { wrote, followed, standingStill: failures };
  }

  private async beat(database: Pick<Pool, 'query'> = this.pool): Promise<void> {
    const { id, role, version, logKey = null } = this;
    await database.query(BEAT, [id, role, hostname(), process.pid, version, logKey, JSON.stringify(this.doing())]);
  }

  private async tryToBeat(): Promise<void> {
    try {
      await this.beat();
      this.isWell = true;
    } catch (error) {
      // Once, not every few seconds.
      if (this.isWell) this.log('the list of processes could not be reached', { error: (error as Error).message });
      this.isWell = false;
    }
  }
}

/** A log that two keys sign by turns proves nothing about which of them counts. */
async function refuseOtherKeys(client: PoolClient, logKey: string): Promise<void> {
  const { rows } = await client.query<{ host: string; pid: number; key: string }>(
    `select host, pid, log_key as key from processes
     where log_key <> $1 and seen_at > now() - make_interval(secs => $2) limit 1`,
    [logKey, SILENT_AFTER_SECONDS],
  );
  const [other] = rows;
  if (other === undefined) return;
  throw new PlainError(
    `LOG_KEY_FILE 与同一数据库的另一服务不同 holds ${logKey}, but a service of the same database (${other.host}, pid ${other.pid}) signs with ${other.key}; ` +
      `可用 allowed: the same key for all, or another once every service has stopped (one that was killed counts for ${SILENT_AFTER_SECONDS} s more)`,
  );
}

/** Every failure that a process which still speaks knows of, each view and book once. */
export function standingStill(processes: readonly KnownProcess[]): Doing['standingStill'] {
  const failures = processes
    .filter(({ silentSeconds }) => silentSeconds < SILENT_AFTER_SECONDS)
    .flatMap(({ doing }) => doing.standingStill);
  return [...new Map(failures.map((failure) => [`${failure.view} ${failure.book}`, failure])).values()];
}
