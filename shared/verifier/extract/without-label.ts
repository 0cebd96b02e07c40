import { ANSWER_PHRASES, CLOSINGS, LEADS, STATEMENTS } from './answer-phrases.ts';

const LONGEST = 10_000;
const MOST_LAYERS = 6;

const ADJECTIVES =
  '(?:the|our|my|an?|correct|right|final|exact|numerical|required|desired|die|das|endgültige|het|de|det|la|le|el|il|lo|o|最终|正确|最終的な|최종|окончательный|правильный)';
/** "So the final answer is", "Answer:", "A:", "it is"; nothing of it changes the value. */
const LABEL = new RegExp(
  `^[*_#>\\s]*(?:${LEADS}[,:，、]?\\s{0,4}){0,4}(?:(?:${ADJECTIVES}\\s{0,4}){0,5}(?:${ANSWER_PHRASES})|(?:ans|sol|res)(?:\\s*[.:=])+|(?:the )?(?:final )?value\\s{0,3}(?:[:=]|is(?![\\p{L}]))|A:(?=\\s+[-\\d$\\\\.])|(?:${STATEMENTS})(?![\\p{L}\\p{N}])|(?:${LEADS})[,:，、]?(?=\\s*[-\\d$\\\\]))[*_:]*\\s*`,
  'iu',
);
const CLOSING = new RegExp(`${CLOSINGS}?\\s{0,4}[.。!！]{0,4}$`, 'u');
const TEXT_FIRST = /^\s*\\(?:text(?:bf|it|rm|normal)?|mathrm|mathbf|mbox)\s*\{([^{}]*)\}/;
/** "42 as required": it ends the sentence and says nothing about the value. */
const CLAUSE =
  /(?<=\S),?\s{0,4}(?:\\text\{\s{0,4},?\s{0,4}|(?<=[\s,]))(?:is the (?:final |correct )?answer|as (?:required|desired|requested))\s{0,4}\.?\}?\s{0,4}\.?$/;
const AROUND: readonly (readonly [string, string])[] = [
  ['**', '**'],
  ['*', '*'],
  ['__', '__'],
  ['$$', '$$'],
  ['$', '$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['`', '`'],
  ['"', '"'],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ['<answer>', '</answer>'],
  ['<b>', '</b>'],
  ['<strong>', '</strong>'],
];

/**
 * An answer without the words that announce it and the marks that set it off: `So it is 73.`, `**Answer:** $73$`,
 * `<answer>73</answer>`. What follows the words is read as any answer is, so "it is not 73" stays unreadable.
 */
export function withoutLabel(text: string): string {
  if (text.length > LONGEST) return text;
  let left = text;
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    const next = withoutWords(unwrapped(left.trim()));
    if (next === left) break;
    left = next;
  }
  return left;
}

function withoutWords(text: string): string {
  const label = LABEL.exec(text)?.[0] ?? '';
  if (label !== '' && label.length < text.length) return text.slice(label.length).replace(CLOSING, '');
  const first = TEXT_FIRST.exec(text);
  const rest = text.slice(first?.[0].length ?? 0);
  const colon = rest.startsWith(':') ? ':' : '';
  const words = `${first?.[1] ?? ''}${colon}`;
  if (!first || !LABEL.test(words)) return text.replace(CLAUSE, '');
  return words.replace(LABEL, '') + rest.slice(colon.length);
}

function unwrapped(text: string): string {
  const stopped = text.replace(/(?<=[*`"”“»>$])\s*[.。]$/, '');
  for (const [open, close] of AROUND) {
    const inner = stopped.slice(open.length, -close.length);
    if (!stopped.startsWith(open) || !stopped.endsWith(close) || inner.trim() === '') continue;
    if (stopped.length > open.length + close.length && !inner.includes(open) && !inner.includes(close))
      return inner;
  }
  return text;
}
