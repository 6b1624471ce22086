import { looksPersonal } from '../../domain/personal-data.js';
import { type Caller, ROLES } from './roles.js';

const ACTOR = /^[A-Za-z0-9][A-Za-z0-9._@:-]{0,63}$/;
const DIVISION_PREFIX = /^[1-9]\d{0,11}$/;

export interface Claims {
  sub?: unknown;
  role?: unknown;
  divisions?: unknown;
}

/** The caller that the claims of a token name, or what is wrong with them, in words. */
export function callerOf({ sub, role, divisions }: Claims): Caller | string {
  const known = ROLES.find((name) => name === role);
  if (known === undefined) return `role 应为后列之一 role must be one of ${ROLES.join(', ')}`;
  if (!isActor(sub)) {
    return 'subject 应为 1 至 64 个 A-Z a-z 0-9 . _ @ : - 组成的编号,不得是个人号码,因其写入每笔记录 the subject must be an id of 1 to 64 characters out of A-Z a-z 0-9 . _ @ : - that is no personal number: it stands in each event';
  }
  if (!isListOfPrefixes(divisions))
    return 'divisions 应为 1 至 100 个区划代码前缀的列表 divisions must be a list of 1 to 100 prefixes of division codes, such as 6401';
  return { actor: sub, role: known, divisions };
}

function isActor(value: unknown): value is string {
  return typeof value === 'string' && ACTOR.test(value) && !looksPersonal(value);
}

function isListOfPrefixes(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) return false;
  return value.every((prefix) => typeof prefix === 'string' && DIVISION_PREFIX.test(prefix));
}
