import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApp } from '../../src/create-app.js';
import { REFUSALS } from '../../src/domain/refusal.js';
import { HTTP_PROBLEMS } from '../../src/http/problems/problem.js';

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['post']>;

let document: OpenAPIObject;
let operations: { name: string; operation: OperationObject }[];
beforeAll(async () => {
  document = JSON.parse(JSON.stringify(await describeApp()));
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method} ${path}`,
      operation: operation as OperationObject,
    })),
  );
});

it('describes the postings of the design', () => {
  const postings = operations
    .filter(({ name }) => name.startsWith('post '))
    .map(({ name }) => name.replace('post /v1/books', ''));
  expect(postings.sort()).toEqual([
    '',
    '/{book}/allocations',
    '/{book}/arrivals',
    '/{book}/assets',
    '/{book}/assets/{asset}/incomes',
    '/{book}/assets/{asset}/ownership-changes',
    '/{book}/beneficiaries',
    '/{book}/dispatches',
    '/{book}/funds',
    '/{book}/funds/{fund}/adjustments',
    '/{book}/imports',
    '/{book}/integrations',
    '/{book}/notices',
    '/{book}/notices/preview',
    '/{book}/notices/{notice}/evidence',
    '/{book}/notices/{notice}/withdrawals',
    '/{book}/objections/{objection}/answers',
    '/{book}/payments',
    '/{book}/payouts',
    '/{book}/periods/{period}/closings',
    '/{book}/projects',
    '/{book}/projects/{project}/stages',
    '/{book}/reversals',
    'post /v1/disclosure/books/{book}/objections',
  ]);
});

it('names each operation once, and refers to nothing that is not there', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  const schemas = Object.keys(document.components?.schemas ?? {});
  for (const [, name] of references) expect(schemas).toContain(name);
});

it('says of every operation who it is for and how it can fail', () => {
  for (const { name, operation } of operations) {
    const isOfLog = /\/log\/|\/proof$|\/consistency$/.test(name);
    const isOpen = isOfLog || /health|metrics|\/disclosure\//.test(name);
    if (isOfLog) expect(Object.keys(operation.responses)).toContain('503');
    expect({ name, security: operation.security !== undefined }).toEqual({ name, security: !isOpen });
    if (!isOpen) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '401', '403', '503']));
    expect([name, Object.keys(operation.responses)[0]]).toEqual([name, expect.stringMatching(/^2/)]);
    const names = (operation.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : ''));
    // The lines of an import have their keys themselves; a preview records nothing.
    const isKeyed = name.startsWith('post ') && !/\/(?:imports|preview)$/.test(name);
    expect({ name, keyed: names.includes('Idempotency-Key') }).toEqual({ name, keyed: isKeyed });
    for (const [, part] of name.matchAll(/\{(\w+)\}/g)) expect(names).toContain(part);
  }
});

it('lists every refusal somewhere', () => {
  const text = JSON.stringify(document.paths);
  const atTheDoor = [
    'not_found',
    'method_not_allowed',
    'uri_too_long',
    'headers_too_large',
    'request_timeout',
    'internal_error',
  ];
  for (const code of [...Object.keys(REFUSALS), ...Object.keys(HTTP_PROBLEMS)]) {
    if (!atTheDoor.includes(code)) expect(text).toContain(`\`${code}\``);
  }
});

it('refuses unknown fields in every body', () => {
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (name.endsWith('Body')) expect(schema).toMatchObject({ additionalProperties: false });
  }
});

it('tells every refusal in Chinese and in English', () => {
  const han = /\p{Script=Han}/u;
  for (const [code, { zh, en }] of Object.entries({ ...REFUSALS, ...HTTP_PROBLEMS })) {
    expect([code, han.test(zh), zh.endsWith('。')]).toEqual([code, true, true]);
    expect([code, han.test(en), /^[A-Z“].*\.$/.test(en)]).toEqual([code, false, true]);
  }
});
