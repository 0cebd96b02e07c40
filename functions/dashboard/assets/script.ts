/**
 * The one script of the pages. It only adds speed: keys for what links and forms do anyway, a copied address, one line
 * through all charts at the step under the pointer, and a page that changes with what it shows, without moving what the reader looks at.
 *
 * What markup tells it: `data-row` on rows, `data-flip` on changed answers, `data-mark` on what can be compared, `data-key`
 * on links for one key, `data-copy` on buttons that copy the address, `data-x` on the places of a chart, `data-live` on the body of a page that changes.
 */
export const script = `'use strict';
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const shown = (element) => element.getClientRects().length > 0;

  /* Rows: the link of a row takes the focus, so that Enter opens it. */
  const linkOf = (row) => (row.matches('a,button') ? row : [...row.querySelectorAll('a')].find(shown));
  const move = (selector, by) => {
    const rows = all(selector).filter(shown);
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.classList.contains('at') || row.contains(document.activeElement));
    const next = at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    for (const row of rows) row.classList.toggle('at', row === rows[next]);
    const link = linkOf(rows[next]) ?? rows[next];
    link.focus({ preventScroll: true });
    rows[next].scrollIntoView({ block: 'nearest' });
  };

  const follow = (selector) => {
    const link = one(selector);
    if (link) location.href = link.href;
  };

  const say = (text) => {
    const box = document.createElement('p');
    box.className = 'said';
    box.setAttribute('role', 'status');
    box.textContent = text;
    document.body.append(box);
    setTimeout(() => box.remove(), 2500);
  };

  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      say('Link copied');
    } catch {
      say('The browser did not let the link be copied');
    }
  };

  for (const button of all('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', copyLink);
  }

  /* c: ticks the row for comparison; without a row, the page's own box. */
  const mark = () => {
    const box = (one('.at') ?? document).querySelector('[data-mark]');
    if (box) box.click();
  };

  const keys = {
    j: () => move('[data-row]', 1),
    k: () => move('[data-row]', -1),
    n: () => move('[data-flip]', 1),
    p: () => move('[data-flip]', -1),
    u: () => follow('link[rel=up]'),
    '[': () => follow('link[rel=prev]'),
    ']': () => follow('link[rel=next]'),
    '/': () => one('input[type=search]')?.focus(),
    c: mark,
    f: () => follow('[data-key=f]'),
    y: copyLink,
    '?': () => one('#keys')?.togglePopover(),
  };
  const places = { r: '/', e: '/evaluations', c: '/compare', o: '/operations' };
  let leader = 0;

  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { target } = event;
    if (target.matches?.('input:not([type=checkbox]),textarea,select,[contenteditable]')) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    if (leader > Date.now() - 1500 && Object.hasOwn(places, event.key)) {
      event.preventDefault();
      location.href = places[event.key];
    } else if (event.key === 'g') leader = Date.now();
    else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
    if (event.key !== 'g') leader = 0;
  });

  /* One line through all charts. */
  let lit = [];
  const light = (event) => {
    const x = event.target.closest?.('[data-x]')?.dataset.x;
    for (const place of lit) place.classList.remove('on');
    lit = x === undefined ? [] : all('[data-x="' + CSS.escape(x) + '"]');
    for (const place of lit) place.classList.add('on');
  };
  addEventListener('pointerover', light);
  addEventListener('focusin', light);

  /* A page that changes: told by the server where it can tell, else asked for again. */
  const EVERY_MS = 10000;
  let version = null;
  const anchorOf = () => {
    const held = document.activeElement?.closest('main [id]') ?? one('main .at[id]');
    const onScreen = (element) => shown(element) && element.getBoundingClientRect().bottom > 0;
    return held && onScreen(held) ? held : all('main [id]').find(onScreen);
  };
  const swap = (text) => {
    const next = new DOMParser().parseFromString(text, 'text/html');
    const [main, fresh] = [one('main'), next.querySelector('main')];
    if (!main || !fresh) return;
    const anchor = anchorOf();
    const top = anchor?.getBoundingClientRect().top;
    const open = all('main details[open][id]').map(({ id }) => id);
    const ticked = all('main input:checked[id]').map(({ id }) => id);
    const at = one('main .at[id]')?.id;
    const focused = document.activeElement?.closest('main') ? document.activeElement : null;
    const path = focused && (focused.id ? '#' + CSS.escape(focused.id) : focused.getAttribute('href') && 'main a[href="' + CSS.escape(focused.getAttribute('href')) + '"]');
    main.replaceChildren(...fresh.childNodes);
    document.title = next.title;
    if (!next.body.dataset.live) delete document.body.dataset.live;
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    for (const id of ticked) { const box = document.getElementById(id); if (box) box.checked = true; }
    if (at) document.getElementById(at)?.classList.add('at');
    if (path) one(path)?.focus({ preventScroll: true });
    const moved = anchor && document.getElementById(anchor.id);
    if (moved) scrollBy(0, moved.getBoundingClientRect().top - top);
  };
  const refresh = async () => {
    const typing = document.activeElement?.matches('main input:not([type=checkbox]),main textarea');
    if (document.hidden || typing) return;
    const answer = await fetch(location.href, { cache: 'no-cache', headers: { Accept: 'text/html' } });
    const tag = answer.headers.get('ETag');
    if (!answer.ok || tag === version) return;
    version = tag;
    swap(await answer.text());
  };
  const quietly = () => refresh().catch(() => {});
  const poll = () => {
    const timer = setInterval(() => (document.body.dataset.live ? quietly() : clearInterval(timer)), EVERY_MS);
  };
  if (document.body.dataset.live) {
    const events = new EventSource(location.href);
    let heard = false;
    events.addEventListener('changed', () => {
      heard = true;
      quietly().then(() => { if (!document.body.dataset.live) events.close(); });
    });
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED && !heard) poll();
    });
    addEventListener('visibilitychange', () => { if (document.body.dataset.live) quietly(); });
  }
})();
`;
