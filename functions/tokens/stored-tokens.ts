import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Unversioned } from '#shared/records/ids.ts';
import type { Token } from '#shared/records/tokens.ts';
import { keys, parseToken } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { newToken } from './new-token.ts';
import { isTokenName } from './token-name.ts';
import type { TokenSource } from './token-source.ts';

/**
 * Stores a new token's hash and gives back the token, which nobody can find out afterwards.
 *
 * @throws {KnownError} `token-name-invalid`
 */
export async function createToken(
  store: ObjectStore,
  { name, scope, createdAt }: Unversioned<Token>,
): Promise<string> {
  if (!isTokenName(name)) {
    const message = `A token's name has 1 to 100 characters, none of which a terminal would obey. Choose another.`;
    throw new KnownError('token-name-invalid', message);
  }
  const { token, sha256 } = newToken();
  await put(store, record.token(sha256), { name, scope, createdAt });
  return token;
}

/** Ends a token for good; it stays listed as revoked. */
export async function revokeToken(store: ObjectStore, sha256: string): Promise<void> {
  await put(store, record.revokedToken(sha256), {});
}

/** A token as it is listed. */
export interface ListedToken extends Token {
  readonly sha256: string;
  readonly revoked: boolean;
}

/** All tokens of a store, in no order that means anything. */
export async function listTokens(store: ObjectStore): Promise<readonly ListedToken[]> {
  const found = await store.list(keys.prefix.tokens);
  const revoked = new Set(found.filter((key) => key.startsWith(keys.prefix.revokedTokens)));
  const listed = found.filter((key) => !revoked.has(key));
  return Promise.all(
    listed.map(async (key) => {
      const sha256 = parseToken(key);
      const token = await read(store, record.token.at(key));
      return { ...token, sha256, revoked: revoked.has(keys.revokedToken(sha256)) };
    }),
  );
}

/** The tokens of a store that are not revoked. Nothing is remembered: revoking takes effect at once. */
export function storedTokens(store: ObjectStore): TokenSource {
  return async (sha256) => {
    const [token, revoked] = await Promise.all([
      find(store, record.token(sha256)),
      store.get(keys.revokedToken(sha256)),
    ]);
    return revoked ? undefined : token;
  };
}
