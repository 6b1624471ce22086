import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

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

async function post(url, path, token, body) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `prepare ${path}`,
    },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

let nextKey = 0;

/** Allocations by `connections` clients over HTTP, each under a key of its own; entries recorded a second. */
export async function allocateOverRest(service, token, { connections, seconds }) {
  const body = JSON.stringify({
    to: 'department:nmj',
    lines: [{ fund: 'F-1', amount: '100.00' }],
    documents: ['宁财农〔2016〕12号'],
    effectiveDate: '2016-07-13',
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const result = await autocannon({
    url: service.url,
    connections,
    duration: seconds,
    method: 'POST',
    body,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          nextKey += 1;
          request.path = `/v1/books/${BOOKS[nextKey % BOOKS.length]}/allocations`;
          request.headers = { ...headers, 'idempotency-key': `k-${nextKey}` };
          return request;
        },
      },
    ],
  });
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.errors} errors, ${result.non2xx} refused`);
  return result['2xx'] / result.duration;
}

/** So that what follows us does not run while the others are measured. */
export async function untilViewsCaughtUp(service, token) {
  const headers = { authorization: `Bearer ${token}` };
  for (const book of BOOKS) {
    const { revision } = await (await fetch(`${service.url}/v1/books/${book}`, { headers })).json();
    for (const view of ['balances', 'funds', 'projects', 'payouts', 'assets', `divisions/${book}`]) {
      for (let attempt = 0; ; attempt += 1) {
        const { status } = await fetch(`${service.url}/v1/books/${book}/${view}?minSeq=${revision}`, { headers });
        if (status === 200) break;
        if (attempt > 60) throw new Error(`${view} of ${book} stays behind: ${status}`);
        await sleep(200);
      }
    }
  }
}
