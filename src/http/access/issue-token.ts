import { PlainError } from '../../plain-error.js';
import type { Settings } from '../../settings.js';
import { callerOf } from './claims.js';
import { readOrMakeTokenKey, signToken, type TokenRequest } from './token-key.js';

/** A token of the local key, refused where the service would not take it. Error: PlainError. */
export async function issueToken(
  { jwksUrl, tokenKeyFile }: Pick<Settings, 'jwksUrl' | 'tokenKeyFile'>,
  request: TokenRequest,
): Promise<string> {
  if (jwksUrl !== undefined) {
    throw new PlainError(
      `JWKS_URL 已设,服务只认其签发者的令牌 JWKS_URL is "${jwksUrl}": the service takes the tokens of that issuer only.`,
    );
  }
  const caller = callerOf({ sub: request.subject, role: request.role, divisions: request.divisions });
  if (typeof caller === 'string') throw new PlainError(`未签发令牌 No token was made: ${caller}.`);
  return signToken(readOrMakeTokenKey(tokenKeyFile), request);
}
