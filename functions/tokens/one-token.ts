import type { Token } from '#shared/records/tokens.ts';
import { sameHash } from './same-hash.ts';
import type { TokenSource } from './token-source.ts';

/** A token that lives in this process alone, before those of another source. */
export function oneToken(sha256: string, token: Token, others: TokenSource): TokenSource {
  return async (presented) => (sameHash(presented, sha256) ? token : others(presented));
}
