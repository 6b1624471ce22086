import { createPublicKey } from 'node:crypto';
import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { TryAgain } from '../../posting/failures.js';
import type { Settings } from '../../settings.js';
import { HttpProblem } from '../problems/problem.js';
import { callerOf } from './claims.js';
import type { Caller } from './roles.js';
import { LOCAL_ISSUER, readOrMakeTokenKey } from './token-key.js';

interface Verified {
  caller: Caller;
  untilMs: number;
}

const MAX_REMEMBERED = 10_000;
/** A key that was withdrawn from the JWKS is believed for no longer than this. */
const REMEMBERED_FOR_MS = 60_000;
/** The clocks of two machines differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Turns a bearer token into a caller. A token is verified once and then remembered until it expires. */
export class TokenVerifier {
  /** The oldest first: it is the one to forget. */
  private readonly remembered = new Map<string, Verified>();

  constructor(
    private readonly key: JWTVerifyGetKey,
    private readonly options: JWTVerifyOptions,
  ) {}

  /** Errors: HttpProblem `unauthenticated`, TryAgain where the issuer's keys cannot be had. */
  verify(token: string): Caller | Promise<Caller> {
    return this.remembers(token) ?? this.verifyAnew(token);
  }

  /** Undefined where the token was not verified lately. */
  remembers(token: string): Caller | undefined {
    const known = this.remembered.get(token);
    return known !== undefined && known.untilMs > Date.now() ? known.caller : undefined;
  }

  private async verifyAnew(token: string): Promise<Caller> {
    const payload = await this.payload(token);
    const caller = callerOf(payload);
    if (typeof caller === 'string') throw unauthenticated(`The token is not accepted: ${caller}.`);
    const untilMs = Math.min((payload.exp ?? 0) * 1000, Date.now() + REMEMBERED_FOR_MS);
    this.remembered.delete(token);
    this.remembered.set(token, { caller, untilMs });
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value ?? '');
    return caller;
  }

  private async payload(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.key, this.options)).payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.');
      if (error instanceof errors.JWTClaimValidationFailed)
        throw unauthenticated(`The claim ${error.claim} of the token is not accepted.`);
      const isIssuerAway =
        error instanceof errors.JWKSTimeout ||
        !(error instanceof errors.JOSEError) ||
        error.code === 'ERR_JOSE_GENERIC';
      if (isIssuerAway) throw new TryAgain('The keys of the issuer of tokens cannot be had now.', { cause: error });
      throw unauthenticated('The token is not one that this service accepts.');
    }
  }
}

type TokenSettings = Pick<Settings, 'jwksUrl' | 'jwtIssuer' | 'jwtAudience' | 'tokenKeyFile'>;

/** With JWKS_URL the keys of that issuer count, else the local key, for which `mingzhang token` makes tokens. */
export function tokenVerifier({ jwksUrl, jwtIssuer, jwtAudience, tokenKeyFile }: TokenSettings): TokenVerifier {
  const required = { requiredClaims: ['sub', 'exp', 'role', 'divisions'], clockTolerance: CLOCK_TOLERANCE_SECONDS };
  if (jwksUrl !== undefined) {
    const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'PS256', 'RS256'];
    const named = {
      ...(jwtIssuer !== undefined && { issuer: jwtIssuer }),
      ...(jwtAudience !== undefined && { audience: jwtAudience }),
    };
    return new TokenVerifier(createRemoteJWKSet(new URL(jwksUrl)), { ...required, ...named, algorithms });
  }
  const publicKey = createPublicKey(readOrMakeTokenKey(tokenKeyFile));
  const local = { algorithms: ['EdDSA'], issuer: LOCAL_ISSUER, audience: LOCAL_ISSUER };
  return new TokenVerifier(async () => publicKey, { ...required, ...local });
}

export function unauthenticated(detail: string): HttpProblem {
  return new HttpProblem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer realm="mingzhang"' } });
}
