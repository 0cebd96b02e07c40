import { dropShortLeftSide } from './drop-short-left-side.ts';
import { fixFractions } from './fix-fractions.ts';
import { fixSlash } from './fix-slash.ts';

/**
 * The string form in which the paper's training grader compares first ("mathd", after Hendrycks et al.'s MATH).
 * Where the original fails (two `\text{ `, a dangling `\frac` or `\sqrt`) the trimmed, unwrapped text is compared.
 *
 * @see verl/utils/reward_score/deepscaler.py and its utilities in the paper's public code
 */
export function normalizeMathd(answer: string): string {
  const unwrapped = unwrapText(answer.trim());
  return normalized(unwrapped) ?? unwrapped;
}

function unwrapText(text: string): string {
  return /^\\text\{[^\n]+\}$/.test(text) ? text.slice('\\text{'.length, -1).trim() : text;
}

function normalized(text: string): string | undefined {
  const number = dropRightUnit(dropMarks(text));
  if (number === undefined) return undefined;
  const pointed = addLeadingZero(number.replaceAll('\\%', ''));
  if (pointed === '') return pointed;
  const rooted = fixRoots(dropShortLeftSide(pointed));
  const fractions = rooted === undefined ? undefined : fixFractions(rooted.replaceAll(' ', ''));
  if (fractions === undefined) return undefined;
  return fixSlash(fractions === '0.5' ? '\\frac{1}{2}' : fractions, { roots: false });
}

function dropMarks(text: string): string {
  return text
    .replaceAll('\n', '')
    .replaceAll('\\!', '')
    .replaceAll('\\\\', '\\')
    .replaceAll('tfrac', 'frac')
    .replaceAll('dfrac', 'frac')
    .replaceAll('\\left', '')
    .replaceAll('\\right', '')
    .replaceAll('^{\\circ}', '')
    .replaceAll('^\\circ', '')
    .replaceAll('\\$', '');
}

/** `\text{ ` with a space begins a unit, which may happen once. */
function dropRightUnit(text: string): string | undefined {
  const pieces = text.split('\\text{ ', 3);
  return pieces.length > 2 ? undefined : pieces[0];
}

function addLeadingZero(text: string): string {
  const pointed = text.replaceAll(' .', ' 0.').replaceAll('{.', '{0.');
  return pointed.startsWith('.') ? `0${pointed}` : pointed;
}

/** `\sqrt3` becomes `\sqrt{3}`, one character; `undefined` where nothing follows. */
function fixRoots(text: string): string | undefined {
  const [head = '', ...rest] = text.split('\\sqrt');
  if (rest.includes('')) return undefined;
  const braced = rest.map((piece) => (piece.startsWith('{') ? piece : piece.replace(/^./su, '{$&}')));
  return [head, ...braced].join('\\sqrt');
}
