import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sha256Hex } from '#shared/encoding/digest.ts';

/** A day of work; closing the browser does not sign out. */
const LIFETIME_SECONDS = 12 * 3600;

/**
 * The name that a browser keeps a session under. Over HTTPS the prefix binds it to this host. Cookies of 127.0.0.1 are
 * shared by all its ports, so there the name tells servers apart.
 */
function nameOf(context: Context): string {
  const { protocol, port } = new URL(context.req.url);
  return protocol === 'https:' ? '__Host-oneshot' : `oneshot-${port || 80}`;
}

/** What a browser that has signed in brings along: a token, as a program would. */
export function readSession(context: Context): string | undefined {
  return getCookie(context, nameOf(context));
}

/** No script and no other site gets it, and it is never part of an address. */
export function keepSession(context: Context, token: string): void {
  setCookie(context, nameOf(context), token, { ...attributes(context), maxAge: LIFETIME_SECONDS });
}

export function endSession(context: Context): void {
  deleteCookie(context, nameOf(context), attributes(context));
}

function attributes(context: Context) {
  const secure = new URL(context.req.url).protocol === 'https:';
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const;
}

/** What a form of ours holds and one of another site cannot: only who reads the cookie could work it out. */
export function csrfOf(session: string): string {
  return sha256Hex(`oneshot form ${session}`);
}
