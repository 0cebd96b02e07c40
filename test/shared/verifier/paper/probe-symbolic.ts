import type { PaperSymbolic } from '#shared/verifier/paper/paper-symbolic.ts';

/**
 * A small stand-in for sympy: arithmetic, roots, powers and a few functions of one-letter variables, compared by
 * their values at some points. Enough for golden vectors; a text it cannot read is equal to nothing.
 */
export const probeSymbolic: PaperSymbolic = {
  equal(left, right, syntax) {
    const translate = syntax === 'latex' ? fromLatex : (text: string) => text;
    const tolerance = syntax === 'latex' ? 1e-4 : 1e-11;
    return POINTS.every((point) => {
      const [a, b] = [evaluate(translate(left), point), evaluate(translate(right), point)];
      return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
    });
  },
};

const POINTS = [0.37, 1.91, 2.83];
const LONGEST = 400;
const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  log: Math.log,
  ln: Math.log,
};

function fromLatex(latex: string): string {
  let text = latex.slice(0, LONGEST + 1).replaceAll(/\\(?:cdot|times)/g, '*');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text
      .replaceAll(/\\frac\{([^{}]*)\}\{([^{}]*)\}/g, '(($1)/($2))')
      .replaceAll(/\\sqrt\{([^{}]*)\}/g, 'sqrt($1)')
      .replaceAll(/\\sqrt\[3\]\{([^{}]*)\}/g, 'cbrt($1)')
      .replaceAll(/\^\{([^{}]*)\}/g, '^($1)');
  }
  return text.replaceAll(/\\(pi|sin|cos|tan|ln|log)/g, ' $1 ');
}

/** NaN where the text cannot be read. */
function evaluate(text: string, point: number): number {
  if (text.length > LONGEST) return Number.NaN;
  const tokens = text.match(/\d+(?:\.\d*)?|\.\d+|sqrt|cbrt|sin|cos|tan|log|ln|pi|\*\*|\S/g) ?? [];
  const reader = { tokens, at: 0, point };
  const value = sum(reader);
  return reader.at === tokens.length ? value : Number.NaN;
}

interface Reader {
  readonly tokens: readonly string[];
  readonly point: number;
  at: number;
}

function accept(reader: Reader, ...choices: readonly string[]): string | undefined {
  const token = reader.tokens[reader.at];
  if (token === undefined || !choices.includes(token)) return undefined;
  reader.at += 1;
  return token;
}

function sum(reader: Reader): number {
  let value = product(reader);
  for (;;) {
    const sign = accept(reader, '+', '-');
    if (sign === undefined) return value;
    value += sign === '-' ? -product(reader) : product(reader);
  }
}

function product(reader: Reader): number {
  let value = signed(reader);
  for (;;) {
    if (accept(reader, '/')) value /= signed(reader);
    else if (accept(reader, '*') || /^[\d.a-z(]/i.test(reader.tokens[reader.at] ?? ''))
      value *= signed(reader);
    else return value;
  }
}

function signed(reader: Reader): number {
  if (accept(reader, '-')) return -signed(reader);
  return accept(reader, '+') ? signed(reader) : power(reader);
}

function power(reader: Reader): number {
  const base = atom(reader);
  return accept(reader, '^', '**') ? base ** signed(reader) : base;
}

function atom(reader: Reader): number {
  const token = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  if (/^[\d.]/.test(token)) return Number(token);
  if (token === 'pi') return Math.PI;
  if (token in FUNCTIONS) return FUNCTIONS[token]?.(power(reader)) ?? Number.NaN;
  if (/^[a-z]$/i.test(token)) return reader.point + token.charCodeAt(0) / 7;
  if (token !== '(') return Number.NaN;
  const value = sum(reader);
  return accept(reader, ')') ? value : Number.NaN;
}
