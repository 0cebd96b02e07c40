import { type Context, Hono } from 'hono';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { pages } from '../shell/address.ts';
import { pageHeaders } from '../shell/page-headers.ts';
import { formOf } from './own-form.ts';
import { endSession, keepSession } from './session-cookie.ts';
import { goOnPage, signInPage } from './sign-in-page.ts';

/** Ways for a browser to come in: the link that `oneshot serve` prints, or a token. */
export function signInRoutes({ tokens, sessions }: Pick<DashboardPorts, 'tokens' | 'sessions'>): Hono {
  const refuse = (context: Context, problem: string, next: string) => {
    const { advice } = sessions;
    return context.html(signInPage({ problem, advice, next }), 401);
  };
  return new Hono()
    .get('/sign-in', pageHeaders, (c) => {
      const next = ownPath(c.req.query('next'));
      const code = c.req.query('code');
      if (code === undefined)
        return c.html(
          signInPage({
            problem: 'The pages show runs and evaluations to whoever has a token.',
            advice: sessions.advice,
            next,
          }),
        );
      const session = sessions.redeem(code);
      if (session === undefined)
        return refuse(
          c,
          'This link was used before, or is too old. A link signs in once, soon after it was printed.',
          next,
        );
      keepSession(c, session);
      return goOn(c, next);
    })
    .post('/sign-in', pageHeaders, async (c) => {
      const form = await formOf(c);
      const next = ownPath(form.get('next') ?? undefined);
      const token = (form.get('token') ?? '').trim();
      const known = token === '' ? undefined : await tokens(sha256Hex(token));
      if (!known) return refuse(c, 'This token is not known here, or it was revoked.', next);
      keepSession(c, sessions.open(token));
      return c.redirect(next, 303);
    });
}

/** Ends the session of a browser; its cookie is gone. */
export function signOut(context: Context): Response {
  endSession(context);
  return context.redirect('/sign-in', 303);
}

/** See `goOnPage`. */
export function goOn(context: Context, href: string) {
  context.header('Refresh', `0; url=${href}`);
  return context.html(goOnPage(href));
}

/** A path of this server, as a form may carry one along; anything else leads to the first page. */
export function ownPath(wanted: string | undefined): string {
  const base = 'http://own.invalid';
  if (wanted === undefined || !wanted.startsWith('/') || !URL.canParse(wanted, base)) return pages.runs();
  const { origin, pathname, search, hash } = new URL(wanted, base);
  const path = `${pathname}${search}${hash}`;
  // `/\host` and `//host` are other servers; a path may also become one once it is resolved.
  return origin === base && !path.startsWith('//') ? path : pages.runs();
}
