/** One token; `start` is where it begins after the white space `before` it, `after` the white space it takes along. */
export interface LatexToken {
  readonly kind:
    | 'character'
    | 'macro'
    | 'open'
    | 'close'
    | 'special'
    | 'math'
    | 'begin'
    | 'end'
    | 'end-of-text';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const BLANK = /\s/;
const LETTER = /\p{L}/u;
const ENVIRONMENT = /\s*\{([\p{L}\p{N}_* .-]+)\}/uy;
const SPECIAL = /---|--|``|''|!`|\?`|[&~]/y;
const PARAGRAPH = '\n\n';

/**
 * Reads the token at `at` as pylatexenc 2.10 does. `$` and comments are no tokens here: the grader removes `$` and
 * `%` beforehand.
 *
 * @param brackets - `[` and `]` are braces too
 * @param environments - `\begin{…}` and `\end{…}` are tokens of their own
 */
export function readLatexToken(
  text: string,
  at: number,
  { brackets, environments }: { readonly brackets: boolean; readonly environments: boolean },
): LatexToken {
  let start = at;
  while (start < text.length && BLANK.test(text.charAt(start))) {
    start += 1;
    if (start - at >= 2 && text.endsWith(PARAGRAPH, start)) {
      return token('character', PARAGRAPH, start - 2, start, text.slice(at, start - 2));
    }
  }
  const before = text.slice(at, start);
  const char = text.charAt(start);
  if (char === '') return token('end-of-text', '', start, start, before);
  if (char === '\\') return readCommand(text, start, before, environments);
  if (char === '{' || (brackets && char === '[')) return token('open', char, start, start + 1, before);
  if (char === '}' || (brackets && char === ']')) return token('close', char, start, start + 1, before);
  const special = matchAt(SPECIAL, text, start)?.[0];
  if (special !== undefined) return token('special', special, start, start + special.length, before);
  return token('character', char, start, start + 1, before);
}

function readCommand(text: string, start: number, before: string, environments: boolean): LatexToken {
  const first = text.charAt(start + 1);
  if (first === '') return token('end-of-text', '', text.length, text.length, ''); // a last backslash is dropped
  if (/[()[\]]/.test(first)) return token('math', `\\${first}`, start, start + 2, before);
  let end = start + 2;
  if (!LETTER.test(first)) return token('macro', first, start, end, before);
  while (LETTER.test(text.charAt(end))) end += 1;
  const name = text.slice(start + 1, end);
  if (environments && (name === 'begin' || name === 'end')) {
    const environment = matchAt(ENVIRONMENT, text, end);
    if (!environment) return token('character', `\\${name}`, start, end, before);
    return token(name, environment[1] ?? '', start, end + environment[0].length, before);
  }
  const spaceEnd = endOfSpace(text, end);
  return token('macro', name, start, spaceEnd, before, text.slice(end, spaceEnd));
}

/** Where the white space after a command ends; a blank line is not part of it. */
function endOfSpace(text: string, from: number): number {
  let end = from;
  while (end < text.length && BLANK.test(text.charAt(end))) {
    end += 1;
    if (end - from >= 2 && text.endsWith(PARAGRAPH, end)) return end - 2;
  }
  return end;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function token(
  kind: LatexToken['kind'],
  text: string,
  start: number,
  end: number,
  before: string,
  after = '',
): LatexToken {
  return { kind, text, start, end, before, after };
}
