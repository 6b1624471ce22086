import { PlainError } from '../../plain-error.js';
import type { Settings } from '../../settings.js';
import { callerOf } from './claims.js';
import { readOrMakeTokenKey, signToken } from './token-key.js';

const SPAN = /^[1-9]\d{0,8}(?:s|m|h|d)?$/;

/** A token of the local key; every value is checked as the service will. Error: PlainError. */
export async function issueToken(
  { jwksUrl, tokenKeyFile }: Pick<Settings, 'jwksUrl' | 'tokenKeyFile'>,
  { role, divisions, subject, expires }: { role: string; divisions: string; subject: string; expires: string },
): Promise<string> {
  if (jwksUrl !== undefined)
    throw new PlainError(`JWKS_URL is "${jwksUrl}": the service takes tokens of that issuer only.`);
  if (!SPAN.test(expires))
    throw new PlainError(`--expires is "${expires}"; allowed: seconds, or a span such as 90m, 12h, 30d`);
  const caller = callerOf({ sub: subject, role, divisions: divisions.split(',') });
  if (typeof caller === 'string') throw new PlainError(`No token was made: ${caller}.`);
  return signToken(readOrMakeTokenKey(tokenKeyFile), {
    role: caller.role,
    divisions: caller.divisions,
    subject,
    expires,
  });
}
