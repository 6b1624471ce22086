import { readSettings } from '../src/settings.js';

describe('the settings', () => {
  it('have a default for everything', () => {
    expect(readSettings({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      dataDir: '.data',
      databaseUrl: undefined,
      eventStore: 'postgres',
      publicUrl: 'http://127.0.0.1:3000',
      logLevel: 'info',
      bodyLimitBytes: 1_048_576,
      vaultKey: undefined,
      vaultKeyFile: '.data/vault.key',
      logKeyFile: '.data/log.key',
    });
  });

  it('take an empty variable for none', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '', VAULT_KEY: '' })).toEqual(readSettings({}));
  });

  it('keep the keys beside the data', () => {
    expect(readSettings({ DATA_DIR: '/srv/ledger' })).toMatchObject({
      vaultKeyFile: '/srv/ledger/vault.key',
      tokenKeyFile: '/srv/ledger/token.key',
    });
  });

  it('derive the public address from host and port unless one is given', () => {
    expect(readSettings({ HOST: '0.0.0.0', PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
    expect(readSettings({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3000');
    expect(readSettings({ PUBLIC_URL: 'https://ledger.example/' }).publicUrl).toBe('https://ledger.example');
  });

  it('read witnesses, each with its key and address', () => {
    const vkey = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';
    expect(readSettings({}).witnesses).toEqual([]);
    expect(readSettings({ WITNESSES: `${vkey} https://a.example/, ${vkey} http://b.example:7380` }).witnesses).toEqual([
      { vkey, url: 'https://a.example' },
      { vkey, url: 'http://b.example:7380' },
    ]);
    for (const wrong of [
      vkey,
      `${vkey} b.example`,
      `${vkey.replace('da', 'db')} https://a.example`,
      `${vkey} https://a.example,`,
    ])
      expect(() => readSettings({ WITNESSES: wrong })).toThrow('WITNESSES 有误 is');
  });

  it('read the proxies that are trusted', () => {
    expect(readSettings({}).trustedProxies).toEqual([]);
    expect(readSettings({ TRUSTED_PROXIES: '10.0.0.7, 192.168.0.0/16,fd00::/8' }).trustedProxies).toEqual([
      '10.0.0.7',
      '192.168.0.0/16',
      'fd00::/8',
    ]);
    for (const wrong of [
      'proxy',
      '10.0.0.7/33',
      '0.0.0.0/0',
      '::/0',
      '10.0.0.7/8/9',
      '10.0.0.7,',
      'loopback',
      'fd00::/129',
    ])
      expect(() => readSettings({ TRUSTED_PROXIES: wrong })).toThrow('TRUSTED_PROXIES 有误 is');
  });

  it('read a number as large as they allow', () => {
    expect(readSettings({ READS_PER_MINUTE: '1000000000' }).readsPerMinute).toBe(1_000_000_000);
  });

  it('read a key of 32 bytes', () => {
    const key = Buffer.alloc(32, 7);
    expect(readSettings({ VAULT_KEY: key.toString('base64') }).vaultKey).toEqual(key);
  });

  it.each([
    ['PORT', '80a', 'a whole number from 0 to 65535'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['DAILY_FILES', 'yes', 'on, off'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['HOST', 'my host', 'a host name or an IP address'],
    ['EVENT_STORE', 'mongo', 'postgres, eventstoredb'],
    ['EVENTSTORE_MAX_APPEND', '100', 'a whole number from 131072 to 16777216'],
    ['POOL_SIZE', '1', 'a whole number from 2 to 100'],
    ['PUBLIC_URL', 'ledger.example', 'http:// or https://'],
    ['JWKS_URL', 'ftp://keys.example/jwks', 'http:// or https://'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn, info, debug, trace, silent'],
    ['BODY_LIMIT', '1e6', 'a whole number from 1024 to 67108864'],
  ])('refuse %s=%s and say what is allowed', (name, value, allowed) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name} 有误 is "${value}"; 可用 allowed: `);
    expect(() => readSettings({ [name]: value })).toThrow(allowed);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2@db/ledger'],
    ['DATABASE_URL', 'postgresql://root:hunter2@db'],
    ['EVENTSTORE_URL', 'http://root:hunter2@events'],
    ['EVENTSTORE_URL', 'esdb://root:hunter2@'],
    ['VAULT_KEY', 'hunter2'],
    ['VAULT_KEY', Buffer.alloc(31).toString('base64')],
  ])('refuse a wrong %s without repeating it', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name} 有误 is "(hidden)"; 可用 allowed: `);
    expect(() => readSettings({ [name]: value })).not.toThrow(value);
  });

  it('want the address of EventStoreDB where it keeps the events', () => {
    expect(() => readSettings({ EVENT_STORE: 'eventstoredb' })).toThrow(
      'EVENTSTORE_URL 未设 is not set and EVENT_STORE is "eventstoredb"; 可用 allowed: esdb://',
    );
    for (const url of [
      'esdb://127.0.0.1:2113?tls=false',
      'esdb+discover://u:p@es.example',
      'esdb://a:1,b:2/?tls=false',
    ]) {
      const settings = readSettings({ EVENT_STORE: 'eventstoredb', EVENTSTORE_URL: url });
      expect(settings).toMatchObject({ eventStore: 'eventstoredb', eventStoreUrl: url, maxAppendBytes: 1_048_576 });
    }
  });

  it('refuse a vault key given twice', () => {
    const both = { VAULT_KEY: Buffer.alloc(32).toString('base64'), VAULT_KEY_FILE: '/run/key' };
    expect(() => readSettings(both)).toThrow('VAULT_KEY_FILE is set too; 可用 allowed: 二者之一 one of the two');
  });

  it('tell every mistake at once', () => {
    expect(() => readSettings({ PORT: 'x', EVENT_STORE: 'y', LOG_LEVEL: 'z' })).toThrow(
      /PORT 有误 is "x".*\n.*EVENT_STORE 有误 is "y".*\n.*LOG_LEVEL 有误 is "z"/,
    );
  });
});
