import { LATEX_COMMANDS } from './latex-commands.ts';
import { changesLetters } from './latex-letters.ts';
import type { LatexArguments, LatexNode } from './latex-node.ts';
import { type LatexToken, readLatexToken } from './latex-tokens.ts';

/** Deeper nesting overflows the stack of the paper's code too, and is then left unconverted. */
const DEEPEST = 200;
/** Tokens read for each character, where arguments that never close make the parser begin again. */
const REREADING = 10;

/**
 * Parses LaTeX as pylatexenc 2.10 does when it tolerates errors: what closes nothing is skipped, what never closes
 * ends with the text, and a command whose arguments cannot be read stands without them.
 *
 * @returns `undefined` for nesting that is too deep or text that is read over and over
 */
export function parseLatex(text: string): readonly LatexNode[] | undefined {
  return new LatexParser(text).parse();
}

interface Stop {
  readonly brace?: '}' | ']';
  readonly environment?: string;
  readonly math?: string;
}

interface Read<T> {
  readonly value: T;
  readonly end: number;
}

const ENVIRONMENT_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['array', '[{'],
  ['tabular', '{'],
  ['alignat', '{'],
  ['alignat*', '{'],
]);

class LatexParser {
  readonly #text: string;
  #depth = 0;
  #fuel: number;

  constructor(text: string) {
    this.#text = text;
    this.#fuel = REREADING * text.length + 100;
  }

  parse(): readonly LatexNode[] | undefined {
    const { value } = this.#nodes(0, {});
    return this.#spent() ? undefined : value;
  }

  #spent(): boolean {
    return this.#fuel < 0;
  }

  #token(at: number, brackets: boolean, environments = true): LatexToken {
    this.#fuel -= 1;
    return readLatexToken(this.#text, this.#spent() ? this.#text.length : at, { brackets, environments });
  }

  #nodes(from: number, stop: Stop): Read<LatexNode[]> {
    if (this.#depth >= DEEPEST) this.#fuel = -1;
    this.#depth += 1;
    const value: LatexNode[] = [];
    let characters = '';
    let at = from;
    for (;;) {
      const token = this.#token(at, stop.brace === ']');
      characters += token.before;
      if (token.kind === 'character') characters += token.text;
      else if (characters !== '') {
        value.push({ kind: 'characters', text: characters });
        characters = '';
      }
      at = token.end;
      if (token.kind === 'end-of-text' || closes(token, stop)) break;
      const node = this.#construct(token);
      if (node) value.push(node.value);
      at = node?.end ?? at;
    }
    this.#depth -= 1;
    return { value, end: at };
  }

  /** What begins at this token; nothing for a character and for what closes something that is not open. */
  #construct(token: LatexToken): Read<LatexNode> | undefined {
    switch (token.kind) {
      case 'open':
        return this.#group(token);
      case 'begin':
        return this.#environment(token);
      case 'math':
        return this.#math(token);
      case 'macro':
        return this.#macro(token);
      case 'special':
        return { value: { kind: 'special', text: token.text }, end: token.end };
      default:
        return undefined;
    }
  }

  #group({ text, end }: LatexToken): Read<LatexNode> {
    const inside = this.#nodes(end, { brace: text === '[' ? ']' : '}' });
    return { value: { kind: 'group', nodes: inside.value }, end: inside.end };
  }

  #math({ text, end }: LatexToken): Read<LatexNode> | undefined {
    if (text === '\\)' || text === '\\]') return undefined;
    const display = text === '\\[';
    const inside = this.#nodes(end, { math: display ? '\\]' : '\\)' });
    return { value: { kind: 'math', display, nodes: inside.value }, end: inside.end };
  }

  #environment({ text: name, end }: LatexToken): Read<LatexNode> {
    const start = this.#arguments(ENVIRONMENT_ARGUMENTS.get(name) ?? '', end)?.end ?? end;
    const inside = this.#nodes(start, { environment: name });
    return { value: { kind: 'environment', name, nodes: inside.value }, end: inside.end };
  }

  #macro({ text: name, end, after }: LatexToken): Read<LatexNode> {
    const takes = LATEX_COMMANDS.get(name)?.takes ?? (changesLetters(name) ? '{' : '');
    const read = this.#arguments(takes, end);
    return { value: { kind: 'macro', name, after, arguments: read?.value }, end: read?.end ?? end };
  }

  /** `undefined` where the text ends before the last required argument. */
  #arguments(takes: string, from: number): Read<LatexArguments> | undefined {
    const value: (LatexNode | undefined)[] = [];
    let end = from;
    for (const kind of takes) {
      const read = kind === '{' ? this.#required(end) : this.#optional(kind, end, takes);
      if (!read) return undefined;
      value.push(read.value);
      end = read.end;
    }
    return { value, end };
  }

  #optional(kind: string, from: number, takes: string): Read<LatexNode | undefined> | undefined {
    const none = { value: undefined, end: from };
    if (kind === '*') {
      const star = this.#token(from, false);
      if (star.kind === 'end-of-text') return undefined;
      return star.text === '*' ? { value: { kind: 'characters', text: '*' }, end: star.end } : none;
    }
    // `\\ [1]` is a new line and a bracket, `\\[1pt]` one with a height
    if (takes === '*[' && /\s/.test(this.#text.charAt(from))) return none;
    const bracket = this.#token(from, true, false);
    return bracket.kind === 'open' && bracket.text === '[' ? this.#group(bracket) : none;
  }

  /** One token or a group: what TeX takes as an argument. */
  #required(from: number): Read<LatexNode> | undefined {
    const token = this.#token(from, false, false);
    switch (token.kind) {
      case 'end-of-text':
        return undefined;
      case 'open':
        return this.#group(token);
      case 'close':
        return { value: { kind: 'characters', text: '' }, end: token.start };
      case 'special':
      case 'character':
        return {
          value: { kind: token.kind === 'special' ? 'special' : 'characters', text: token.text },
          end: token.end,
        };
      default:
        return this.#bareMacro(token);
    }
  }

  #bareMacro({ kind, text, start, end, after }: LatexToken): Read<LatexNode> {
    if (kind === 'macro' && text === 'end') return { value: { kind: 'characters', text: '' }, end: start };
    return { value: { kind: 'macro', name: text, after, arguments: undefined }, end };
  }
}

function closes({ kind, text }: LatexToken, { brace, environment, math }: Stop): boolean {
  if (kind === 'close') return text === brace;
  if (kind === 'end') return text === environment;
  return kind === 'math' && text === math;
}
