/** A stretch of a text, end exclusive. */
export type Span = readonly [start: number, end: number];

/**
 * A completion without what no reader sees or what its author took back: comments of TeX and HTML, `\iffalse`, definitions
 * of commands, phantoms, struck-out text. Blanks stand in its place, so that everything else stays where it is. Linear.
 */
export function visibleText(text: string): string {
  const spans = [...between(text), ...struck(text), ...texComments(text), ...hiddenArguments(text)];
  return spans.length === 0 ? text : blanked(text, spans);
}

/** What begins and ends with a mark of its own; one that never ends hides the rest. */
const PAIRS: readonly (readonly [open: string, close: string])[] = [
  ['<!--', '-->'],
  ['\\iffalse', '\\fi'],
  ['\\begin{comment}', '\\end{comment}'],
  ['<del>', '</del>'],
  ['<strike>', '</strike>'],
];
/** Struck out in Markdown, and `<s>` unless it begins the text, where it is a tokenizer's mark. */
const STRUCK = /(?<=^|\s)~~(?=[^\s~])[^\n~]{1,200}~~|(?<=\S\s{0,8})<s>[^<]{0,200}<\/s>/g;

function between(text: string): Span[] {
  const spans: Span[] = [];
  for (const [open, close] of PAIRS) {
    for (let start = text.indexOf(open); start >= 0; ) {
      const end = text.indexOf(close, start + open.length);
      if (end < 0 && close.startsWith('</')) break;
      spans.push([start, end < 0 ? text.length : end + close.length]);
      if (end < 0) break;
      start = text.indexOf(open, end + close.length);
    }
  }
  return spans;
}

function struck(text: string): Span[] {
  if (!text.includes('~~') && !text.includes('</s>')) return [];
  return [...text.matchAll(STRUCK)].map(({ index, 0: found }) => [index, index + found.length]);
}

/** From a percent sign that begins a line or stands behind a space, unless behind a number, which is a percentage. */
const COMMENT = /(?:^|(?<=\n)|(?<=\n[ \t]{1,8})|(?<=[^\d\s][ \t]{1,8}))%(?!\d)[^\n]*/g;

function texComments(text: string): Span[] {
  if (!text.includes('%')) return [];
  return [...text.matchAll(COMMENT)]
    .filter(({ 0: comment }) => /^%\s*$|^%.*\\(?:boxed|fbox)/.test(comment))
    .map(({ index, 0: comment }) => [index, index + comment.length]);
}

const HIDING =
  /\\(?:(?:re|provide)?newcommand\*?|(?:New|Renew|Provide|Declare)DocumentCommand|DeclareMathOperator\*?|[gex]?def|[hv]?phantom|[bx]?cancel|sout|st|verb\*?)(?![A-Za-z])/g;

/** Definitions, phantoms and strikes, up to the end of their last argument. */
function hiddenArguments(text: string): Span[] {
  if (!text.includes('\\')) return [];
  const spans: Span[] = [];
  let hidden = 0;
  for (const { index, 0: command } of text.matchAll(HIDING)) {
    if (index < hidden || isEscaped(text, index)) continue;
    hidden = endOfCommand(text, index + command.length, command);
    spans.push([index, hidden]);
  }
  return spans;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** How many braces a command takes. */
function endOfCommand(text: string, start: number, command: string): number {
  if (command.startsWith('\\verb')) {
    const mark = text[start];
    const end = mark === undefined ? -1 : text.indexOf(mark, start + 1);
    return end < 0 ? start : end + 1;
  }
  if (/def$/.test(command)) return endOfBraces(text, text.indexOf('{', start));
  const braces = /phantom|cancel|sout|st$/.test(command) ? 1 : /Document/.test(command) ? 3 : 2;
  let at = start;
  for (let count = 0; count < braces; count += 1) at = endOfArgument(text, at);
  return at;
}

/** Behind one argument, and the options before it. */
function endOfArgument(text: string, start: number): number {
  BEFORE_ARGUMENT.lastIndex = start;
  const before = BEFORE_ARGUMENT.exec(text)?.[0].length ?? 0;
  const at = start + before;
  if (text[at] === '{') return endOfBraces(text, at);
  NAME.lastIndex = at;
  return at + (NAME.exec(text)?.[0].length ?? 0);
}

const BEFORE_ARGUMENT = /\s{0,8}(?:\[[^[\]]{0,40}\]\s{0,8}){0,2}/y;
const NAME = /\\[A-Za-z]+/y;

const LONGEST_ARGUMENT = 2_000;

function endOfBraces(text: string, open: number): number {
  if (open < 0) return text.length;
  let depth = 0;
  const last = Math.min(text.length, open + LONGEST_ARGUMENT);
  for (let at = open; at < last; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return open;
}

/** With blanks in the place of what stands there. */
export function blanked(text: string, spans: readonly Span[]): string {
  let visible = '';
  let at = 0;
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    visible += text.slice(at, from) + text.slice(from, end).replaceAll(/[^\n]/g, ' ');
    at = end;
  }
  return visible + text.slice(at);
}
