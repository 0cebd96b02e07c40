import { html } from 'hono/html';

/** What the keys do, as the script of the pages has it. */
const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['j', 'k'], 'next, previous row'],
  [['Enter'], 'open'],
  [['u'], 'up'],
  [['n', 'p'], 'next, previous flip'],
  [['[', ']'], 'previous, next step, checkpoint or sample'],
  [['c'], 'mark for comparison'],
  [['f'], 'rendered or source'],
  [['/'], 'search'],
  [['y'], 'copy link'],
  [['g', 'r'], 'runs'],
  [['g', 'e'], 'evaluations'],
  [['g', 'c'], 'compare'],
  [['g', 'o'], 'operations'],
];

/** The list of keys; a popover that opens without a script. */
export const keysHelp = html`<aside class="keys" id="keys" popover aria-label="Keyboard"><h2>Keys</h2><dl>${KEYS.map(([keys, does]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${does}</dd>`)}</dl></aside>`;
