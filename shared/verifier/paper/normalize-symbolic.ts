import { latexToText } from './latex-to-text.ts';
import { isNearInteger, pythonFloat } from './python-float.ts';
import { dropThousandsCommas } from './thousands-commas.ts';

/**
 * The form in which the paper's training grader compares second, element by element and by algebra.
 *
 * @see verl/utils/reward_score/deepscaler.py and its utilities in the paper's public code
 */
export function normalizeSymbolic(answer: string): string {
  const words = dropUnits(replaceWords(unwrapText(answer)));
  const whole = integerForm(unwrapBraces(words).replaceAll(/,\\! */g, ''));
  const text = whole.includes('\\') ? (plainText(whole) ?? whole) : whole;
  const joined = text
    .replaceAll(/- */g, '-')
    .replaceAll(/([0-9]) +([0-9])/g, '$1+$2') // 7 3/4 is 7+3/4
    .replaceAll(/[ {}]/g, '')
    .toLowerCase();
  return withoutCommas(joined);
}

/** An integer, thousands commas allowed: such answers are compared as text alone. */
export function looksLikeInteger(text: string): boolean {
  const value = pythonFloat(dropThousandsCommas(text));
  return value !== undefined && isNearInteger(value);
}

function unwrapText(text: string): string {
  return /^\\text\{([^\n]+)\}\n?$/.exec(text)?.[1] ?? text;
}

function replaceWords(text: string): string {
  return text
    .replaceAll('\\%', '%')
    .replaceAll('\\$', '$')
    .replaceAll(/[$%]/g, '')
    .replaceAll(' or ', ' , ')
    .replaceAll(' and ', ' , ')
    .replaceAll('million', '*10^6')
    .replaceAll('billion', '*10^9')
    .replaceAll('trillion', '*10^12');
}

const UNITS = 'degree cm centimeter meter mile second minute hour day week month year foot feet inch yard'
  .split(' ')
  .map((word) => ({ word, pattern: new RegExp(`${word}(?:es)?s? *(?:\\^[0-9]+)?`, 'g') }));

/** In this order, anywhere, even inside other words. */
function dropUnits(text: string): string {
  let rest = text;
  for (const { word, pattern } of UNITS) {
    if (rest.includes(word)) rest = rest.replaceAll(pattern, '');
  }
  return rest.replaceAll(/\^ *\\circ/g, '');
}

function unwrapBraces(text: string): string {
  return text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
}

function integerForm(text: string): string {
  const value = pythonFloat(text);
  return value !== undefined && isNearInteger(value) ? BigInt(Math.round(value)).toString() : text;
}

/** LaTeX as text, with the names sympy knows; `undefined` where it cannot be converted. */
function plainText(latex: string): string | undefined {
  const spaced = latex
    .replaceAll('\\tfrac', '\\frac')
    .replaceAll('\\dfrac', '\\frac')
    .replaceAll('\\frac', ' \\frac'); // keeps the parts of a mixed number apart
  return latexToText(spaced)
    ?.replaceAll('√', 'sqrt')
    .replaceAll('π', 'pi')
    .replaceAll('∞', 'inf')
    .replaceAll('∪', 'U')
    .replaceAll(/[·×]/g, '*')
    .trim();
}

/** Unlike `integerForm` this cuts towards zero and drops every comma, as the paper's code does. */
function withoutCommas(text: string): string {
  const value = looksLikeInteger(text) ? pythonFloat(text.replaceAll(',', '')) : undefined;
  return value === undefined ? text : BigInt(Math.trunc(value)).toString();
}
