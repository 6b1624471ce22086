import { startApp, type TestApp } from '../support/app.js';
import { until } from '../support/until.js';

const PATH = '/v1/disclosure/divisions?within=640121';

/** Asks from an address of this machine, which the socket tells, as somebody for whom a proxy says it asks. */
async function remaining({ app }: TestApp, peer: string, forwardedFor?: string): Promise<number> {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  const answer = await app.inject({ method: 'GET', url: PATH, remoteAddress: peer, headers });
  return Number(answer.headers['ratelimit-remaining']);
}

describe('behind a proxy that is trusted', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ READS_PER_MINUTE: '10', TRUSTED_PROXIES: '127.0.0.1, 10.1.0.0/16, fd00::/8' });
  });
  afterAll(() => app.close());

  it('counts each client by himself', async () => {
    expect(await remaining(app, '127.0.0.1', '203.0.113.1')).toBe(9);
    expect(await remaining(app, '127.0.0.1', '203.0.113.1')).toBe(8);
    expect(await remaining(app, '127.0.0.1', '203.0.113.2')).toBe(9);
    expect(await remaining(app, '10.1.2.3', '203.0.113.1')).toBe(7);
    expect(await remaining(app, '::ffff:10.1.2.3', '203.0.113.1')).toBe(6);
    expect(await remaining(app, 'fd00::7', '203.0.113.1')).toBe(5);
  });

  it('goes back through several of its own, and no further than the first that is not', async () => {
    expect(await remaining(app, '127.0.0.1', '198.51.100.1, 203.0.113.10, 10.1.9.9')).toBe(9);
    expect(await remaining(app, '127.0.0.1', '198.51.100.2, 203.0.113.10')).toBe(8);
  });

  it('counts so also what is kept, whoever gives it', async () => {
    const path = '/v1/disclosure/divisions/640121';
    const ask = async (client: string) => {
      const { headers, status } = await app.get(path).set('x-forwarded-for', client);
      return [status, headers['ratelimit-remaining']];
    };
    const peers = ['203.0.113.30', '203.0.113.31', '2001:db8:0:1::1', '2001:db8:0:1::2', 'nonsense', ', ,'];
    expect(await ask('203.0.113.30')).toEqual([200, '9']);
    expect(await ask('203.0.113.30')).toEqual([200, '8']);
    expect(await ask('203.0.113.31')).toEqual([200, '9']);
    // All of one network count as one client.
    expect(await ask('2001:db8:0:1::1')).toEqual([200, '9']);
    expect(await ask('2001:db8:0:1::2')).toEqual([200, '8']);
    for (const client of peers) {
      const [, left] = await ask(client);
      const headers = { 'x-forwarded-for': client };
      const answer = await app.app.inject({ method: 'GET', url: path, remoteAddress: '127.0.0.1', headers });
      expect([client, Number(answer.headers['ratelimit-remaining'])]).toEqual([client, Number(left) - 1]);
    }
  });

  it('takes nobody else at his word', async () => {
    expect(await remaining(app, '192.0.2.1', '203.0.113.20')).toBe(9);
    expect(await remaining(app, '192.0.2.1', '203.0.113.21')).toBe(8);
    expect(await remaining(app, '192.0.2.1', '127.0.0.1')).toBe(7);
    expect(await remaining(app, '192.0.2.1')).toBe(6);
  });
});

it('believes nobody where no proxy is named', async () => {
  const app = await startApp({ READS_PER_MINUTE: '10' });
  expect(await remaining(app, '127.0.0.1', '203.0.113.1')).toBe(9);
  expect(await remaining(app, '127.0.0.1', '203.0.113.2')).toBe(8);
  await app.close();
});

it('says once what to set where a proxy is not named, and tells nobody the address of a reader', async () => {
  const lines: string[] = [];
  const output = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const app = await startApp({ LOG_LEVEL: 'warn', TRUSTED_PROXIES: '10.1.0.0/16' });
  try {
    await remaining(app, '10.1.2.3', '203.0.113.1');
    await remaining(app, '::ffff:10.2.0.9');
    await remaining(app, '::ffff:10.2.0.9', '203.0.113.2');
    await remaining(app, '10.2.0.9', '203.0.113.3');
    await remaining(app, '198.51.100.7', '203.0.113.4');
    await remaining(app, '198.51.100.8', '203.0.113.5');
    const warnings = () => lines.flatMap((text) => text.split('\n')).filter((line) => line.includes('TRUSTED_PROXIES'));
    await until(() => warnings().length >= 2);
    expect(warnings()).toEqual([
      expect.stringContaining('set TRUSTED_PROXIES=10.1.0.0/16,10.2.0.9;'),
      expect.stringContaining('somebody says'),
    ]);
    expect(lines.join('')).not.toMatch(/203\.0\.113|198\.51\.100/);
  } finally {
    output.mockRestore();
    await app.close();
  }
});
