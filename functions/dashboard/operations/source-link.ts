import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { shortId } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { Source } from './operations-data.ts';

/** Whose scores an evaluation makes, with the way to its run. */
export function sourceLink(source: Source | null): Html {
  if (!source) return html`a model given by hand`;
  const { run, step, recipe } = source;
  return html`<a href="${pages.run(run)}">${visibleLine(recipe ?? run)}</a> <small>${shortId(run)}</small>, step ${step}`;
}
