import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { documentOf } from '../shell/document.ts';
import { visibleLine } from '../text/visible-text.ts';

/** What a browser without a known token sees, whatever it asked for. */
export function signInPage({
  problem,
  advice,
  next,
}: {
  problem: string;
  advice: string;
  next: string;
}): Html {
  const main = html`<h1>Sign in</h1>
<p class="lede">${problem}</p>
<div class="box"><form method="post" action="/sign-in"><input type="hidden" name="next" value="${next}"><label>Token<input name="token" type="password" required autocomplete="current-password" spellcheck="false" maxlength="300"></label><button>Sign in</button></form></div>
<section><h2>Where a token comes from</h2><p class="note">${advice}</p><p class="note">A token with scope <code>read</code> sees every page; buttons that change something need one with scope <code>write</code>.</p></section>`;
  return documentOf({ title: 'Sign in', main });
}

/**
 * Goes on by itself, from this page and so from this site: a browser sends no strict cookie along with what another site, or a
 * link in a message, has led to.
 */
export function goOnPage(href: string): Html {
  const main = html`<p class="lede">Going on to <a href="${href}">${visibleLine(href)}</a>.</p>`;
  return documentOf({ title: 'oneshot', main });
}
