import { html } from 'hono/html';
import type { Problem } from '../../http/problem.ts';
import type { Html } from '../html.ts';
import { visibleText } from '../text/visible-text.ts';
import { documentOf } from './document.ts';

/** What a reader sees instead of a page: what happened, and where to go on. */
export function errorPage({ title, code, detail }: Problem, path: string): Html {
  const main = html`<h1>${title}</h1>
<p class="lede">${visibleText(detail)}</p>
<ul class="links"><li><a href="/">All runs</a></li>${code === 'query-unknown' ? html`<li><a href="${path}">This page without its filters</a></li>` : ''}</ul>
<p class="note"><code>${code}</code></p>`;
  return documentOf({ title, main });
}
