/**
 * `oneshot token create | list | revoke`: who may use the HTTP API. What a token is, `functions/tokens/` knows. Imports
 * no other room.
 */
import { createToken, type ListedToken, listTokens, revokeToken } from '#functions/tokens/stored-tokens.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import { KnownError } from '#shared/errors.ts';
import { printable, printableJson } from '#shared/printable.ts';
import type { TokenScope } from '#shared/records/tokens.ts';
import { note } from '../terminal/quiet.ts';

interface TokenOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
}

/** Digits of a hash that name a token in listings. */
const ID_DIGITS = 12;

/** Creates a token for the API and prints it, this once. */
export async function tokenCreate(
  options: TokenOptions & { readonly name: string; readonly scope: TokenScope },
): Promise<void> {
  const { name, scope, json } = options;
  const place = await openPlace(options);
  const token = await createToken(place.store, { name, scope, createdAt: Date.now() });
  place.close();
  process.stdout.write(json ? `${JSON.stringify({ name, scope, token })}\n` : `${token}\n`);
  if (!json) note('Keep it: it is stored as a hash and cannot be shown again.');
}

/** Prints who holds tokens; nothing tells what they are. */
export async function tokenList(options: TokenOptions): Promise<void> {
  const place = await openPlace(options);
  const tokens = [...(await listTokens(place.store))].sort((a, b) => a.createdAt - b.createdAt);
  place.close();
  if (tokens.length === 0 && !options.json)
    note(
      'No tokens here. `oneshot token create --name WHO` makes one; `oneshot serve` prints one of its own.',
    );
  for (const token of tokens) {
    const { name, scope, revoked } = token;
    const createdAt = new Date(token.createdAt).toISOString();
    const row = { id: idOf(token), name, scope, createdAt, revoked };
    const line = [
      row.id,
      scope.padEnd(5),
      createdAt,
      printable(name),
      ...(revoked ? ['(revoked)'] : []),
    ].join('  ');
    process.stdout.write(`${options.json ? printableJson(row) : line}\n`);
  }
}

/** Ends a token at once. @throws {KnownError} `token-unknown` */
export async function tokenRevoke(id: string, options: TokenOptions): Promise<void> {
  const place = await openPlace(options);
  try {
    const token = (await listTokens(place.store)).find((each) => idOf(each) === id);
    if (!token)
      throw new KnownError('token-unknown', `There is no token ${id}. \`oneshot token list\` shows ids.`);
    await revokeToken(place.store, token.sha256);
    process.stdout.write(options.json ? `${JSON.stringify({ id, revoked: true })}\n` : `${id} revoked\n`);
  } finally {
    place.close();
  }
}

function idOf({ sha256 }: ListedToken): string {
  return sha256.slice(0, ID_DIGITS);
}
