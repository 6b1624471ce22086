import { setTimeout as sleep } from 'node:timers/promises';
import { loadOverHttp } from './http-load.mjs';

const DIVISION = '6401';
export const BOOKS = ['640100', '640104', '640105', '640106', '640121', '640122', '640181', '640182'];

/** Opens the books and registers a fund of a trillion yuan in each. */
export async function prepareBooks(service) {
  const admin = service.token('admin', DIVISION);
  const clerk = service.token('clerk', DIVISION);
  for (const book of BOOKS) {
    const level = book.endsWith('00') ? 'city' : 'county';
    await post(service.url, '/v1/books', admin, { id: book, name: `财政局 ${book}`, level });
    await post(service.url, `/v1/books/${book}/funds`, clerk, {
      id: 'F-1',
      name: '财政专项扶贫资金',
      level: 'city',
      nature: 'special',
      fiscalYear: 2016,
      amount: '1000000000000.00',
    });
  }
  return clerk;
}

export async function post(url, path, token, body) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `prepare:${path}:${body.id}`,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}

const allocation = {
  to: 'department:nmj',
  lines: [{ fund: 'F-1', amount: '100.00' }],
  documents: ['宁财农〔2016〕12号'],
  effectiveDate: '2016-07-13',
};

/** The text that an allocation is answered with. */
export const allocationAnswer = (service, token) =>
  post(service.url, `/v1/books/${BOOKS[0]}/allocations`, token, allocation);

let nextKey = 0;

/** Allocations by `connections` clients over HTTP, each under a key of its own. */
export async function allocateOverRest(service, token, { connections, seconds, books = BOOKS }) {
  const body = JSON.stringify(allocation);
  const rest =
    `host: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const nextRequest = () => {
    nextKey += 1;
    const book = books[nextKey % books.length];
    return `POST /v1/books/${book}/allocations HTTP/1.1\r\nidempotency-key: k-${nextKey}\r\n${rest}`;
  };
  const result = await loadOverHttp({ port: service.port, connections, seconds, nextRequest });
  if (result.statuses[201] !== result.answered) throw new Error(`refused: ${JSON.stringify(result.statuses)}`);
  return result;
}

/** What is public waits for no entry; how far it lags, over all books, the service tells. */
async function untilDisclosed(service) {
  for (let attempt = 0; ; attempt += 1) {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const [, lag] = /^mingzhang_view_lag_events\{view="disclosure"\} (\d+)$/m.exec(metrics) ?? [];
    if (lag === '0') return;
    if (attempt > 20_000) throw new Error(`what is disclosed stays ${lag} entries behind`);
    await sleep(50);
  }
}

/** So that what follows us does not run while the others are measured. Answers how long it took, in milliseconds. */
export async function untilViewsCaughtUp(service, token, books = BOOKS) {
  const start = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  for (const book of books) {
    const { revision } = await (await fetch(`${service.url}/v1/books/${book}`, { headers })).json();
    for (const view of ['balances', 'funds', 'projects', 'payouts', 'assets', `divisions/${book}`]) {
      for (let attempt = 0; ; attempt += 1) {
        const { status } = await fetch(`${service.url}/v1/books/${book}/${view}?minSeq=${revision}`, { headers });
        if (status === 200) break;
        if (status !== 503 || attempt > 240) throw new Error(`${view} of ${book} stays behind: ${status}`);
      }
    }
  }
  await untilDisclosed(service);
  return performance.now() - start;
}
