import { PYTHON_SPACE } from './python-space.ts';

const TRAILING_SPACE = new RegExp(`${PYTHON_SPACE}+$`);
const BEGIN = new RegExp(
  `\\{%[-+]?${PYTHON_SPACE}*raw${PYTHON_SPACE}*(?:-%\\}${PYTHON_SPACE}*|%\\})|\\{[%#{][-+]?`,
  'g',
);
const END = {
  '%': new RegExp(`\\+%\\}|-%\\}${PYTHON_SPACE}*|%\\}\\n?`, 'y'),
  '{': new RegExp(`-\\}\\}${PYTHON_SPACE}*|\\}\\}`, 'y'),
  '#': new RegExp(`\\+#\\}|-#\\}${PYTHON_SPACE}*|#\\}\\n?`, 'y'),
} as const;
const END_RAW = new RegExp(
  `\\{%([-+]?)${PYTHON_SPACE}*endraw${PYTHON_SPACE}*(?:\\+%\\}|-%\\}${PYTHON_SPACE}*|%\\}\\n?)`,
  'g',
);
const STRING = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy;

/** Called by templates in place of `{% generation %}`: a macro that gives its block back, with a scope of its own. */
export const BLOCK = 'oneshot_block';
/** Goes before the pieces of every template. */
export const PRELUDE = `{% macro ${BLOCK}() %}{{ caller() }}{% endmacro %}`;

/** A tag or a text of a template. */
export interface Piece {
  /** As it stands in the template. */
  readonly source: string;
  /** What stands for it. */
  readonly text: string;
}

/**
 * A chat template with its white space settled as Jinja's lexer settles it in transformers: `trim_blocks` and
 * `lstrip_blocks` on, line breaks as `\n`, one at the end dropped, `{%-`, `-%}`, `{%+` and `+%}` obeyed. What is left is
 * tags alone: text has become an expression of its own, comments are gone, `raw` and `generation` are rewritten.
 *
 * @throws {SyntaxError} for a tag without its end
 * @see https://jinja.palletsprojects.com/en/stable/templates/#whitespace-control, and jinja2/lexer.py
 */
export function normalizeTemplate(template: string): readonly Piece[] {
  const source = template.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const pieces: Piece[] = [];
  const add = (from: string, text: string) => pieces.push({ source: from, text });
  let at = 0;
  for (;;) {
    BEGIN.lastIndex = at;
    const begin = BEGIN.exec(source);
    if (!begin) {
      add(source.slice(at), literal(source.slice(at)));
      return pieces;
    }
    const before = source.slice(at, begin.index);
    add(before, literal(strippedBefore(before, begin[0], isLineStart(source, at))));
    const tag = tagAt(source, begin);
    add(source.slice(begin.index, tag.end), tag.text);
    at = tag.end;
  }
}

/** Whether what ends before `at` ended a line; a tag that took the line break with it did. */
function isLineStart(source: string, at: number): boolean {
  return at === 0 || source[at - 1] === '\n';
}

/** The text before a tag, as the sign of the tag leaves it. */
function strippedBefore(text: string, begin: string, lineStart: boolean): string {
  if (begin[2] === '-') return text.replace(TRAILING_SPACE, '');
  if (begin[2] === '+' || begin.startsWith('{{')) return text;
  const line = text.lastIndexOf('\n') + 1;
  if (line === 0 && !lineStart) return text;
  return text.slice(line).replace(TRAILING_SPACE, '') === '' ? text.slice(0, line) : text;
}

interface Tag {
  readonly text: string;
  readonly end: number;
}

function tagAt(source: string, begin: RegExpExecArray): Tag {
  const start = begin.index + begin[0].length;
  if (/raw/.test(begin[0])) return rawBlock(source, start);
  const kind = begin[0][1] as keyof typeof END;
  if (kind === '#') return { text: '', end: endOfComment(source, start) };
  const { content, end } = tagContent(source, start, kind);
  if (kind === '{') return { text: `{{ ${content} }}`, end };
  if (content.trim() === 'generation') return { text: `{% call ${BLOCK}() %}`, end };
  if (content.trim() === 'endgeneration') return { text: '{% endcall %}', end };
  return { text: `{% ${content} %}`, end };
}

function rawBlock(source: string, start: number): Tag {
  END_RAW.lastIndex = start;
  const end = END_RAW.exec(source);
  if (!end) throw new SyntaxError('a raw block has no end');
  const text = source.slice(start, end.index);
  return {
    text: literal(strippedBefore(text, `{%${end[1]}`, isLineStart(source, start))),
    end: end.index + end[0].length,
  };
}

function endOfComment(source: string, start: number): number {
  for (let at = start; at < source.length; at++) {
    END['#'].lastIndex = at;
    const end = END['#'].exec(source);
    if (end) return at + end[0].length;
  }
  throw new SyntaxError('a comment has no end');
}

/** What stands in a tag, its strings rewritten, up to an end that no bracket or string holds. */
function tagContent(source: string, start: number, kind: '%' | '{'): { content: string; end: number } {
  let [content, depth] = ['', 0];
  for (let at = start; at < source.length; ) {
    END[kind].lastIndex = at;
    const end = depth === 0 ? END[kind].exec(source) : null;
    if (end) return { content, end: at + end[0].length };
    STRING.lastIndex = at;
    const string = STRING.exec(source)?.[0];
    const token = string ?? (source[at] as string);
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    content += string === undefined ? token : quoted(unescaped(string.slice(1, -1)));
    at += token.length;
  }
  throw new SyntaxError(`the tag ${source.slice(start - 2, start + 40)} has no end`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\n': '' },
  ...{ "'": "'", '"': '"', '\\': '\\' },
};

/** The text that a string literal of Python means; an escape that it does not know stays as it is. */
function unescaped(literal: string): string {
  return literal.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{1,3})|(.))/gis,
    (whole, x?: string, u?: string, wide?: string, octal?: string, one?: string) => {
      const hex = x ?? u ?? wide;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return ESCAPES[one as string] ?? whole; // the pattern has one group
    },
  );
}

function literal(text: string): string {
  return text === '' ? '' : `{{ ${quoted(text)} }}`;
}

/** A string literal that no reader of templates can take for anything else. */
function quoted(text: string): string {
  const escaped = text.replace(
    /[^A-Za-z0-9 ]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}
