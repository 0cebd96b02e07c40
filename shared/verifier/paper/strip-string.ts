import { dropShortLeftSide } from './drop-short-left-side.ts';
import { fixFractions } from './fix-fractions.ts';
import { fixSlash } from './fix-slash.ts';
import { removeUnitWords } from './remove-unit-words.ts';
import { replaceEnclosed } from './replace-enclosed.ts';
import { wordNumber } from './word-number.ts';

/**
 * The normal form of the paper's evaluation. Not idempotent: predictions go through it twice, golds once.
 *
 * @param keepUnits - leaves unit words alone, as on Minerva Math
 * @see `strip_string` of Qwen2.5-Math's evaluation
 */
export function stripString(text: string, { keepUnits }: { readonly keepUnits: boolean }): string {
  const latex = dropTextAtEnd(unifyLatex(text));
  const bare = dropSigns(keepUnits ? latex : removeUnitWords(latex));
  const worded = dropWords(dropMembership(wordNumber(bare) ?? bare));
  const number = dropZeroDecimals(worded);
  if (number === '') return number;
  const value = dropShortLeftSide(number.startsWith('.') ? `0${number}` : number)
    .replaceAll(/\\sqrt([\p{L}\p{N}_]+)/gu, '\\sqrt{$1}')
    .replaceAll(' ', '');
  return fixSlash(fixFractions(value) ?? value, { roots: true });
}

function unifyLatex(text: string): string {
  const line = dropTrailingDots(text.trim().replaceAll('\n', ''));
  if (!/[\\f]|bmatrix/.test(line)) return line; // nothing below could apply
  const matrices = replaceEnclosed(
    line.replaceAll('\\!', ''),
    '\\begin{array}{',
    '}',
    () => '\\begin{pmatrix}',
  )
    .replaceAll('\\end{array}', '\\end{pmatrix}')
    .replaceAll('bmatrix', 'pmatrix');
  return matrices
    .replaceAll('tfrac', 'frac')
    .replaceAll('dfrac', 'frac')
    .replaceAll('\\neq', '\\ne')
    .replaceAll('\\leq', '\\le')
    .replaceAll('\\geq', '\\ge')
    .replaceAll('\\left', '')
    .replaceAll('\\right', '')
    .replaceAll('\\{', '{')
    .replaceAll('\\}', '}');
}

function dropTrailingDots(text: string): string {
  let end = text.length;
  while (text[end - 1] === '.') end -= 1;
  return text.slice(0, end);
}

/** Everything from the first `\text{` on, if the text ends with a brace and something remains. */
function dropTextAtEnd(text: string): string {
  const at = text.endsWith('}') ? text.indexOf('\\text{') : -1;
  const kept = at < 0 ? text : text.slice(0, at);
  return kept.trim() === '' ? text : kept.trim();
}

function dropSigns(text: string): string {
  return text
    .replaceAll('^{\\circ}', '')
    .replaceAll('^\\circ', '')
    .replaceAll('\\$', '')
    .replaceAll('$', '')
    .replaceAll('\\(', '')
    .replaceAll('\\)', '');
}

const MEMBERSHIP = ['x=', 'y=', 'z=', 'x\\in', 'y\\in', 'z\\in', 'x\\to', 'y\\to', 'z\\to'];

/** Anywhere, so that `2x+3y=6` becomes `2x+36`. */
function dropMembership(text: string): string {
  let rest = replaceEnclosed(text, '\\text{', '}', (inside) => inside);
  for (const key of MEMBERSHIP) rest = rest.replaceAll(key, '');
  return rest.replaceAll('\\emptyset', '{}').replaceAll('(-\\infty,\\infty)', '\\mathbb{R}');
}

function dropWords(text: string): string {
  let rest = text
    .replaceAll('\\%', '')
    .replaceAll('%', '')
    .replaceAll(' .', ' 0.')
    .replaceAll('{.', '{0.')
    .replaceAll('infinity', '\\infty');
  if (!rest.includes('\\infty')) rest = rest.replaceAll('inf', '\\infty');
  rest = rest.replaceAll('+\\inity', '\\infty').replaceAll('and', '').replaceAll('\\mathbf', '');
  rest = replaceEnclosed(rest, '\\mbox{', '}', () => '');
  return rest.includes('i') ? rest : rest.replaceAll('j', 'i');
}

/** `12.000x` becomes `12x`, `12.00` becomes `12`. */
function dropZeroDecimals(text: string): string {
  return text.replaceAll(/(\p{Nd})\.0*(\P{Nd})/gu, '$1$2').replace(/(\p{Nd})\.0*$/u, '$1');
}
