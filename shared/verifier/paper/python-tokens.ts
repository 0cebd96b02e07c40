/** A token of a Python expression; `end` closes the list. */
export interface PythonToken {
  readonly kind: 'number' | 'name' | 'operator' | 'end';
  readonly text: string;
  /** A line break stands before it, which is no product sign. */
  readonly onNewLine?: boolean;
}

const DIGITS = '[0-9](?:_?[0-9])*';
const EXPONENT = `[eE][-+]?${DIGITS}`;
const NUMBER = [
  `(?:${DIGITS}\\.(?:${DIGITS})?|\\.${DIGITS})(?:${EXPONENT})?[jJ]?`,
  `${DIGITS}${EXPONENT}[jJ]?`,
  `${DIGITS}[jJ]`,
  '0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+',
  '0(?:_?0)*|[1-9](?:_?[0-9])*',
].join('|');
const TOKEN = new RegExp(
  `(?<space>[ \\t\\f\\n]*)(?:(?<number>${NUMBER})|(?<name>[\\p{L}\\p{N}_]+)|(?<operator>\\*\\*|//|[-+*/(),!]))`,
  'uy',
);

/** Names of more than one letter that are not split: sympy knows them, they are Greek letters, or Python's own. */
const WHOLE = new Set(
  'pi sqrt ln re im csc frac oo zoo nan li ff rf gff jn yn hn1 hn2 fft ntt fu eye xi mu nu as if in is or'.split(
    ' ',
  ),
);

/**
 * Splits an expression as Python's tokenizer and sympy do, as far as arithmetic goes: an integer has no leading zero
 * (`024` is two numbers), `12.8.` is a number and a dot, `2j` is `2*I`, and an unknown name is its letters and digits.
 *
 * @returns `undefined` where the text has a token that no arithmetic has: a quote, a comparison, a comment
 * @see Lib/tokenize.py of Python 3.10; `split_symbols` of sympy
 */
export function pythonTokens(text: string): readonly PythonToken[] | undefined {
  const tokens: PythonToken[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const { space = '', number, name, operator } = TOKEN.exec(trimmed)?.groups ?? {};
    const found =
      (number !== undefined && numberTokens(number)) ||
      (name !== undefined && nameTokens(name, trimmed[TOKEN.lastIndex] === '!')) ||
      (operator !== undefined && [{ kind: 'operator', text: operator } as const]);
    if (!found) return undefined;
    const [first, ...others] = found as readonly [PythonToken, ...PythonToken[]]; // a match is one token or more
    tokens.push({ ...first, onNewLine: space.includes('\n') }, ...others);
  }
  return [...tokens, { kind: 'end', text: '' }];
}

const IMAGINARY: readonly PythonToken[] = [
  { kind: 'operator', text: '*' },
  { kind: 'name', text: 'I' },
];

function numberTokens(text: string): readonly PythonToken[] {
  if (!/^[^x]*j$/i.test(text)) return [{ kind: 'number', text }];
  return [{ kind: 'number', text: text.slice(0, -1) }, ...IMAGINARY];
}

/** What Python's `isdigit` holds for. */
const DIGIT_RUNS = /[\p{Nd}²³¹⁰⁴-⁹₀-₉]+|./gsu;

/**
 * The letters and numbers of a name that is no whole word; a number in it has ASCII digits and no leading zero. A
 * factorial is taken of the whole name, a power of its last letter alone.
 */
function nameTokens(name: string, hasFactorial: boolean): readonly PythonToken[] | undefined {
  const parts = name.match(DIGIT_RUNS) ?? [];
  if (parts.length === 1 || WHOLE.has(name) || name.includes('_')) return [{ kind: 'name', text: name }];
  const isDigits = (part: string) => /^[\p{Nd}²³¹⁰⁴-⁹₀-₉]/u.test(part);
  if (parts.some((part) => isDigits(part) && !/^(?:0+|[1-9][0-9]*)$/.test(part))) return undefined;
  const tokens = parts.map((text): PythonToken => ({ kind: isDigits(text) ? 'number' : 'name', text }));
  if (!hasFactorial) return tokens;
  return [{ kind: 'operator', text: '(' }, ...tokens, { kind: 'operator', text: ')' }];
}
