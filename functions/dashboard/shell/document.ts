import { html } from 'hono/html';
import { assets } from '../assets/assets.ts';
import type { Html } from '../html.ts';
import { visibleLine } from '../text/visible-text.ts';
import { keysHelp } from './keys-help.ts';
import type { Tab, View } from './page.ts';

const TABS: readonly { readonly tab: Tab; readonly label: string; readonly href: string }[] = [
  { tab: 'runs', label: 'Runs', href: '/' },
  { tab: 'evaluations', label: 'Evaluations', href: '/evaluations' },
  { tab: 'audit', label: 'Verifier', href: '/audit' },
  { tab: 'compare', label: 'Compare', href: '/compare' },
  { tab: 'operations', label: 'Operations', href: '/operations' },
];

/** What surrounds a page, and is no part of it. */
export interface Frame {
  readonly title: string;
  readonly tab?: Tab;
  /** Beside the crumbs, for the keys `u`, `[` and `]`. */
  readonly up?: string | undefined;
  readonly previous?: string | undefined;
  readonly next?: string | undefined;
  readonly live?: boolean;
  readonly main: Html;
  /** Whether somebody is signed in, with what a form of theirs must hold. */
  readonly signedIn?: string | undefined;
}

/** A whole document: no script or style in it, no address outside this server. */
export function documentOf({ title, tab, up, previous, next, live, main, signedIn }: Frame): Html {
  const relation = (name: string, href: string | undefined) =>
    href === undefined ? '' : html`<link rel="${name}" href="${href}">`;
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${visibleLine(title)} · oneshot</title><link rel="stylesheet" href="${assets.style.path}"><link rel="icon" href="${assets.icon.path}" type="image/svg+xml"><script src="${assets.script.path}" defer></script>${relation('up', up)}${relation('prev', previous)}${relation('next', next)}</head><body${live ? html` data-live="1"` : ''}>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="wrap"><a class="brand" href="/">oneshot</a><nav class="tabs" aria-label="Main">${TABS.map((each) => html`<a href="${each.href}"${each.tab === tab ? html` aria-current="true"` : ''}>${each.label}</a>`)}</nav>${signedIn === undefined ? '' : html`<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${signedIn}"><button class="quiet">Sign out</button></form>`}<button type="button" popovertarget="keys" aria-label="? keys"><kbd>?</kbd> keys</button></div></header>
<main id="main" tabindex="-1">${main}</main>
${keysHelp}</body></html>`;
}

/** Where a page lies, and who sees it. */
interface Place {
  /** Without query and ending. */
  readonly path: string;
  /** The query with its question mark, or nothing. */
  readonly search: string;
  /** What the sign-out form must hold; `undefined` for a program that brought a token. */
  readonly session: string | undefined;
}

/** The document of a page: its crumbs, its body, and where the same is as data and in a terminal. */
export function pageDocument(view: View, { path, search, session }: Place): Html {
  const { crumbs, previous, next } = view;
  const up = crumbs.findLast((crumb) => 'href' in crumb);
  const neighbour = (link: View['previous'], relation: 'prev' | 'next') =>
    link === undefined
      ? ''
      : html`<a href="${link.href}" rel="${relation}">${relation === 'prev' ? html`‹ ${link.label} <kbd>[</kbd>` : html`${link.label} <kbd>]</kbd> ›`}</a>`;
  const steps =
    previous || next
      ? html`<nav class="step-nav" aria-label="Neighbours">${neighbour(previous, 'prev')}${neighbour(next, 'next')}</nav>`
      : '';
  const trail = crumbs.map((crumb) => {
    const label = visibleLine(crumb.label);
    return 'href' in crumb
      ? html`<li><a href="${crumb.href}">${label}</a></li>`
      : html`<li aria-current="page">${label}</li>`;
  });
  const main = html`<div class="cr"><nav class="crumbs" aria-label="Breadcrumb"><ol>${trail}</ol></nav>${steps}</div>
${view.body}
<footer class="foot"><span>This page as data: <a href="${path}.json${search}">.json</a> <a href="${path}.csv${search}">.csv</a></span><span>In a terminal: <code>${view.command}</code></span><span>Press <kbd>?</kbd> for keys</span></footer>`;
  return documentOf({
    title: view.title,
    tab: view.tab,
    up: up && 'href' in up ? up.href : undefined,
    previous: previous?.href,
    next: next?.href,
    live: view.live,
    main,
    signedIn: session,
  });
}
