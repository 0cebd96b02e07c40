import { createHash } from 'node:crypto';
import type { Context } from 'hono';

const DIGITS = 32;

/** The ETag of what is told apart by a text or by bytes. */
export function entityTag(text: string | Uint8Array): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, DIGITS)}"`;
}

/** Names the version of an answer. @returns whether the client has that version, so that 304 is all there is to say */
export function hasVersion(context: Context, tag: string): boolean {
  context.header('ETag', tag);
  const seen = context.req.header('If-None-Match');
  return seen === '*' || (seen?.match(/"[^"]*"/g)?.includes(tag) ?? false);
}
