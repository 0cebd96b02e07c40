import type { MiddlewareHandler } from 'hono';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import type { Token, TokenScope } from '#shared/records/tokens.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { ApiVariables } from './api-variables.ts';

/** Judging answers changes nothing, although it is a POST. */
const READING_POSTS: ReadonlySet<string> = new Set(['/v1/verify']);
const BEARER = /^Bearer +([\w.~+/-]{1,200}=*)$/i;

/**
 * Lets nobody in without a token: reading needs the scope `read`, everything else `write`. A new route is thereby
 * closed until somebody opens it.
 *
 * Tokens are compared by their hash: what a lookup's time could tell about a hash says nothing about a token.
 *
 * @throws {KnownError} `token-missing`, `token-unknown`, `scope-insufficient`
 */
export function authorize(tokens: TokenSource): MiddlewareHandler<ApiVariables> {
  return async (context, next) => {
    const client = presentedHash(context.req.header('Authorization'));
    const token = await identify(client, tokens);
    const { method, path } = context.req;
    const needed: TokenScope =
      method === 'GET' || method === 'HEAD' || READING_POSTS.has(path) ? 'read' : 'write';
    if (needed === 'write' && token.scope !== 'write') {
      const message = `The token "${token.name}" may read only. Use one that was created with --scope write.`;
      throw new KnownError('scope-insufficient', message);
    }
    context.set('client', client);
    await next();
  };
}

/** The token of an `Authorization` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return BEARER.exec(header ?? '')?.[1];
}

function presentedHash(header: string | undefined): string {
  const presented = bearerToken(header);
  if (presented !== undefined) return sha256Hex(presented);
  throw new KnownError(
    'token-missing',
    'Send a token as Authorization: Bearer TOKEN. `oneshot token create` makes one.',
  );
}

async function identify(sha256: string, tokens: TokenSource): Promise<Token> {
  const token = await tokens(sha256);
  if (token) return token;
  throw new KnownError(
    'token-unknown',
    'This token is not known here, or it was revoked. `oneshot token create`, where the store is, makes another.',
  );
}
