import { raw } from 'hono/html';
import katex from 'katex';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { Memory } from '../../results/memory.ts';
import type { Html } from '../html.ts';

/** A formula of a problem has some hundred characters; what is much longer is no formula, and would take long. */
const LONGEST = 2000;
/** Of source: no longer formula is sure to fit the width of a phone. */
const SHORT = 30;
const MOST_REMEMBERED = 2000;
/** Commands that lead elsewhere, load something or change the page: never ours to follow, so they stay text. */
const FOREIGN = /\\(?:href|url|includegraphics|html(?:Class|Id|Style|Data))(?![a-zA-Z])/;

/** By digest of source and form; `null` where it stays text. */
const remembered = new Memory<{ readonly markup: Html | null }>(MOST_REMEMBERED);

/**
 * A formula as MathML, which browsers draw without a script or a font of ours; `null` for what KaTeX cannot parse and for
 * what would lead out of the page: it stays text.
 *
 * @param source - TeX without its delimiters, nothing in it obeyed any more (`visibleText`)
 */
export function formula(source: string, display: boolean): Html | null {
  const name = sha256Hex(`${display} ${source}`);
  const known = remembered.get(name);
  if (known) return known.markup;
  const markup = drawn(source, display);
  remembered.keep(name, { markup });
  return markup;
}

function drawn(source: string, display: boolean): Html | null {
  if (source.length > LONGEST || FOREIGN.test(source)) return null;
  try {
    const markup = katex.renderToString(source, {
      displayMode: display,
      output: 'mathml',
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxSize: 10, // em: no rule or space that covers the page
      maxExpand: 200,
    });
    // Of what may be wider than a phone, the rest is reached by scrolling, by keyboard too.
    return raw(source.length > SHORT ? `<span class="formula" tabindex="0">${markup}</span>` : markup);
  } catch {
    return null; // text of a model need not be TeX
  }
}
