import { isIP } from 'node:net';
import { join } from 'node:path';
import type { EventStoreChoice } from './event-store/open-event-store.js';
import { parseCosignatureVerifier } from './log/cosignature.js';
import type { WitnessAddress } from './log/witness-client.js';
import { PlainError } from './plain-error.js';

/** Injection token of the settings. */
export const SETTINGS = Symbol('SETTINGS');

export interface Settings {
  /** 0 lets the system choose a free one */
  readonly port: number;
  readonly host: string;
  /** where the embedded PostgreSQL and the local keys live */
  readonly dataDir: string;
  /** a PostgreSQL of one's own; absent for the embedded one */
  readonly databaseUrl?: string;
  readonly eventStore: (typeof eventStores)[number];
  /** where EventStoreDB is; present where it keeps the events */
  readonly eventStoreUrl?: string;
  /** what EventStoreDB takes in one append, as its own setting says */
  readonly maxAppendBytes: number;
  /** connections to the database for appends; the views have as many again */
  readonly poolSize: number;
  /** how long a book that nobody writes stays in memory */
  readonly bookIdleSeconds: number;
  /** how much the books in memory may take; those that rest the longest leave first */
  readonly bookMemoryMib: number;
  /** what readers and proofs call this service; without a slash at its end */
  readonly publicUrl: string;
  readonly logLevel: LogLevel;
  readonly bodyLimitBytes: number;
  /** how often one address may read each of the public routes */
  readonly readsPerMinute: number;
  /** how often one address may open each of the pages of the board */
  readonly pagesPerMinute: number;
  /** addresses and networks whose word on who asks is taken */
  readonly trustedProxies: readonly string[];
  /** whether this service has the files of each day made */
  readonly dailyFiles: 'on' | 'off';
  /** of so many days all files stay, of those before only the first set of each month; of all days where absent */
  readonly dailyFilesDays?: number;
  /** the Ed25519 key that signs checkpoints */
  readonly logKeyFile: string;
  /** who cosigns the checkpoints */
  readonly witnesses: readonly WitnessAddress[];
  /** the key that wraps the keys of persons: given in the environment, or in a file */
  readonly vaultKey?: Buffer;
  readonly vaultKeyFile: string;
  /** keys of those who issue tokens; without it the local key file decides */
  readonly jwksUrl?: string;
  /** what their tokens must name as `iss` and `aud`; unchecked where absent */
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly tokenKeyFile: string;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const eventStores = ['postgres', 'eventstoredb'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from the environment; an empty variable counts as none. Every mistake is told at once,
 * each with the variable, its value (never a secret's) and what is allowed.
 */
export function readSettings(environment: Environment): Settings {
  const mistakes: string[] = [];
  const read = reader(environment, mistakes);
  const host = read('HOST', '127.0.0.1', asHost) ?? '';
  const port = read('PORT', '3000', wholeNumber(0, 65_535)) ?? 0;
  const dataDir = read('DATA_DIR', '.data', asPath) ?? '';
  const vaultKey = read('VAULT_KEY', undefined, asKey);
  if (given(environment, 'VAULT_KEY') !== undefined && given(environment, 'VAULT_KEY_FILE') !== undefined) {
    mistakes.push('VAULT_KEY 有误 is "(hidden)" and VAULT_KEY_FILE is set too; 可用 allowed: 二者之一 one of the two');
  }
  if (given(environment, 'EVENT_STORE') === 'eventstoredb' && given(environment, 'EVENTSTORE_URL') === undefined)
    mistakes.push(`EVENTSTORE_URL 未设 is not set and EVENT_STORE is "eventstoredb"; 可用 allowed: ${EVENT_STORE_URL}`);
  const settings: Settings = {
    port,
    host,
    dataDir,
    databaseUrl: read('DATABASE_URL', undefined, asDatabaseUrl),
    eventStore: read('EVENT_STORE', 'postgres', oneOf(eventStores)) ?? 'postgres',
    eventStoreUrl: read('EVENTSTORE_URL', undefined, asEventStoreUrl),
    maxAppendBytes: read('EVENTSTORE_MAX_APPEND', String(1024 * 1024), wholeNumber(128 * 1024, 16 * 1024 * 1024)) ?? 0,
    poolSize: read('POOL_SIZE', '10', wholeNumber(2, 100)) ?? 0,
    bookIdleSeconds: read('BOOK_IDLE_SECONDS', '900', wholeNumber(1, 1_000_000)) ?? 0,
    bookMemoryMib: read('BOOK_MEMORY_MIB', '1024', wholeNumber(1, 1_000_000)) ?? 0,
    publicUrl: read('PUBLIC_URL', urlOf(host, port), asHttpUrl) ?? '',
    logLevel: read('LOG_LEVEL', 'info', oneOf(logLevels)) ?? 'info',
    bodyLimitBytes: read('BODY_LIMIT', String(1024 * 1024), wholeNumber(1024, 64 * 1024 * 1024)) ?? 0,
    readsPerMinute: read('READS_PER_MINUTE', '600', wholeNumber(1, 1_000_000_000)) ?? 0,
    pagesPerMinute: read('PAGES_PER_MINUTE', '3000', wholeNumber(1, 1_000_000_000)) ?? 0,
    trustedProxies: read('TRUSTED_PROXIES', '', asNetworks) ?? [],
    dailyFiles: read('DAILY_FILES', 'on', oneOf(['on', 'off'])) ?? 'on',
    dailyFilesDays: read('DAILY_FILES_DAYS', undefined, wholeNumber(1, 36_500)),
    logKeyFile: read('LOG_KEY_FILE', join(dataDir, 'log.key'), asPath) ?? '',
    witnesses: read('WITNESSES', '', asWitnesses) ?? [],
    vaultKey,
    vaultKeyFile: read('VAULT_KEY_FILE', join(dataDir, 'vault.key'), asPath) ?? '',
    jwksUrl: read('JWKS_URL', undefined, asHttpUrl),
    jwtIssuer: read('JWT_ISSUER', undefined, asName),
    jwtAudience: read('JWT_AUDIENCE', undefined, asName),
    tokenKeyFile: read('TOKEN_KEY_FILE', join(dataDir, 'token.key'), asPath) ?? '',
  };
  if (mistakes.length > 0) throw new PlainError(`设置有误 The configuration is wrong:\n  ${mistakes.join('\n  ')}`);
  return settings;
}

/** A rule for one variable: its value as we use it, or what would have been allowed. */
type Rule<T> = ((value: string) => T | Disallowed) & { readonly isSecret?: boolean };

class Disallowed {
  constructor(readonly allowed: string) {}
}

function reader(environment: Environment, mistakes: string[]) {
  function read<T>(name: string, fallback: string | undefined, rule: Rule<T>): T | undefined {
    const value = given(environment, name) ?? fallback;
    if (value === undefined) return undefined;
    const result = rule(value);
    if (!(result instanceof Disallowed)) return result;
    mistakes.push(`${name} 有误 is "${rule.isSecret ? '(hidden)' : value}"; 可用 allowed: ${result.allowed}`);
    return undefined;
  }
  return read;
}

function given(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === undefined || value === '' ? undefined : value;
}

function wholeNumber(least: number, most: number): Rule<number> {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return new Disallowed(`${least} 至 ${most} 的整数 a whole number from ${least} to ${most}`);
  };
}

function oneOf<T extends string>(names: readonly T[]): Rule<T> {
  return (value) => names.find((name) => name === value) ?? new Disallowed(names.join(', '));
}

function asHost(value: string): string | Disallowed {
  return /^[A-Za-z0-9.:_-]+$/.test(value)
    ? value
    : new Disallowed(
        '主机名或 IP 地址,不含端口 a host name or an IP address without a port, such as 127.0.0.1 or 0.0.0.0',
      );
}

function asName(value: string): string | Disallowed {
  return /^[\x21-\x7e]{1,200}$/.test(value)
    ? value
    : new Disallowed('1 至 200 个可见 ASCII 字符 1 to 200 visible ASCII characters, as the tokens have it');
}

function asPath(value: string): string | Disallowed {
  return value.includes('\0') ? new Disallowed('路径 a path') : value;
}

function asHttpUrl(value: string): string | Disallowed {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.search + url.hash === '';
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return value.replace(/\/+$/, '');
  return new Disallowed('网址 a URL that begins with http:// or https://, without user, query or fragment');
}

function asNetworks(value: string): string[] | Disallowed {
  const networks = value.split(',').map((network) => network.trim());
  if (value === '') return [];
  if (networks.every(isNetwork)) return networks;
  return new Disallowed(
    '用逗号分隔的 IP 地址和网段 IP addresses and networks parted by commas: 10.0.0.7, 192.168.0.0/16, fd00::/8',
  );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  // A prefix of nothing would trust everybody.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function asWitnesses(value: string): WitnessAddress[] | Disallowed {
  const entries = value.split(',').map((entry) => entry.trim().split(/\s+/));
  const witnesses = entries.flatMap(([vkey = '', prefix = '', ...rest]) => {
    const url = asHttpUrl(prefix);
    return url instanceof Disallowed || !isWitnessKey(vkey) || rest.length > 0 ? [] : [{ vkey, url }];
  });
  if (value === '' || witnesses.length === entries.length) return witnesses;
  return new Disallowed(
    '用逗号分隔的见证人 witnesses parted by commas, each its vkey, a space and its URL: name+1a2b3c4d+B... https://witness.example',
  );
}

function isWitnessKey(vkey: string): boolean {
  try {
    parseCosignatureVerifier(vkey);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const asDatabaseUrl: Rule<string> = Object.assign(
  (value: string) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const isPostgres = url?.protocol === 'postgresql:' || url?.protocol === 'postgres:';
    if (isPostgres && url.pathname.length > 1) return value;
    return new Disallowed(
      'postgresql://user:password@host:port/database, 15 或更新的服务器 a server of version 15 or newer',
    );
  },
  { isSecret: true },
);

const EVENT_STORE_URL =
  'esdb://user:password@host:2113, 集群 or esdb+discover://… for a cluster, 内网 with ?tls=false inside a private network';

const asEventStoreUrl: Rule<string> = Object.assign(
  (value: string) => {
    const hosts =
      /^esdb(?:\+discover)?:\/\/(?:[^:@/?#]+:[^@/?#]+@)?([A-Za-z0-9._-]+(?::\d{1,5})?(?:,[A-Za-z0-9._-]+(?::\d{1,5})?)*)\/?(?:\?[^\s#]+)?$/;
    return hosts.test(value) ? value : new Disallowed(EVENT_STORE_URL);
  },
  { isSecret: true },
);

const asKey: Rule<Buffer> = Object.assign(
  (value: string) => {
    const key = Buffer.from(value, 'base64');
    if (/^[A-Za-z0-9+/]{43}=$/.test(value) && key.length === 32) return key;
    return new Disallowed(
      'base64 的 32 字节 32 bytes in base64 (44 characters), as `openssl rand -base64 32` prints them',
    );
  },
  { isSecret: true },
);

/** Which event store, for whoever opens it. */
export function eventStoreChoice({ eventStore, eventStoreUrl, maxAppendBytes }: Settings): EventStoreChoice {
  if (eventStore === 'postgres' || eventStoreUrl === undefined) return { eventStore: 'postgres' };
  return { eventStore, eventStoreUrl, maxAppendBytes };
}

function urlOf(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name === '0.0.0.0' || name === '[::]' ? 'localhost' : name}:${port}`;
}
