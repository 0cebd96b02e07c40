import type { Context } from 'hono';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { TokenScope } from '#shared/records/tokens.ts';
import type { TokenSource } from '../../tokens/token-source.ts';
import { csrfOf, readSession } from './session-cookie.ts';

/** Who asks for a page. */
export interface Visitor {
  readonly scope: TokenScope;
  /** What their forms must hold to change something. */
  readonly csrf: string;
}

/** The visitor of a request, by its cookie; `undefined` where there is none, or one that is no longer known. */
export async function visitorOf(context: Context, tokens: TokenSource): Promise<Visitor | undefined> {
  const session = readSession(context);
  if (session === undefined) return undefined;
  const token = await tokens(sha256Hex(session));
  return token && { scope: token.scope, csrf: csrfOf(session) };
}
