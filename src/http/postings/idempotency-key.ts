import type { FastifyRequest } from 'fastify';
import { looksPersonal } from '../../domain/personal-data.js';
import { Refusal } from '../../domain/refusal.js';
import { HttpProblem } from '../problems/problem.js';
import { mustBe } from '../validation/allowed.js';

const KEY = /^[\x21-\x7e]{1,255}$/;
export const KEY_RULE = mustBe({
  zh: '1 至 255 个可见 ASCII 字符,自定,每笔不同',
  en: '1 to 255 visible ASCII characters, of the caller’s choice, new for each entry',
});

/** Whether it can name an entry for ever. */
export function isKey(value: unknown): value is string {
  return typeof value === 'string' && KEY.test(value);
}

/** Errors: idempotency_key_required, personal_data_in_text. */
export function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (!isKey(key)) throw new HttpProblem('idempotency_key_required', `The header Idempotency-Key ${KEY_RULE}.`);
  // The key stands in the event, from which nothing can be erased.
  if (looksPersonal(key)) throw personalKey('Idempotency-Key');
  return key;
}

/** Says what to do besides, since a number of a system's own may look so by chance: one in twenty of 16 to 19 random digits does. */
export function personalKey(field: 'Idempotency-Key' | 'key'): Refusal {
  return new Refusal(
    'personal_data_in_text',
    `${field} 将永远公开。若其中的数字并非这类号码,请在数字前直接加一个字母(如 V),或改用 UUID。 ` +
      `The ${field} holds what looks like an ID number, a bank card (16 to 19 digits, the last a check digit) or a mobile number, and it stands in ` +
      'the public log for ever. If it is none of them, put a letter directly before the digits (V…), or use a UUID.',
    { field },
  );
}
