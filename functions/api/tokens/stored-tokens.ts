import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject } from '#shared/storage/read-object.ts';
import { newToken } from './new-token.ts';
import { Token, type TokenSource } from './token.ts';
import { isTokenName } from './token-name.ts';

/**
 * Stores a new token's hash and gives back the token, which nobody can find out afterwards.
 *
 * @throws {KnownError} `token-name-invalid`
 */
export async function createToken(
  store: ObjectStore,
  { name, scope, createdAt }: Omit<Token, 'schemaVersion'>,
): Promise<string> {
  if (!isTokenName(name)) {
    const message = `A token's name has 1 to 100 characters, none of which a terminal would obey. Choose another.`;
    throw new KnownError('token-name-invalid', message);
  }
  const { token, sha256 } = newToken();
  await putObject(store, keys.token(sha256), Token.parse({ schemaVersion: 1, name, scope, createdAt }));
  return token;
}

/** Ends a token for good; it stays listed as revoked. */
export async function revokeToken(store: ObjectStore, sha256: string): Promise<void> {
  await putObject(store, keys.revokedToken(sha256), { schemaVersion: 1 });
}

/** A token as it is listed. */
export interface ListedToken extends Token {
  readonly sha256: string;
  readonly revoked: boolean;
}

/** All tokens of a store, in no order that means anything. */
export async function listTokens(store: ObjectStore): Promise<readonly ListedToken[]> {
  const found = await store.list(keys.tokens);
  const revoked = new Set(found.filter((key) => key.startsWith(keys.revokedToken(''))));
  const listed = found.filter((key) => !revoked.has(key));
  return Promise.all(
    listed.map(async (key) => {
      const sha256 = key.slice(keys.tokens.length, -'.json'.length);
      const token = Token.parse(await findObject(store, key, Token));
      return { ...token, sha256, revoked: revoked.has(keys.revokedToken(sha256)) };
    }),
  );
}

/** The tokens of a store that are not revoked. Nothing is remembered: revoking takes effect at once. */
export function storedTokens(store: ObjectStore): TokenSource {
  return async (sha256) => {
    const [token, revoked] = await Promise.all([
      findObject(store, keys.token(sha256), Token),
      store.get(keys.revokedToken(sha256)),
    ]);
    return revoked ? undefined : token;
  };
}
