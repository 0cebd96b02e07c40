import type { Token } from './token.ts';

/** More bars are no formula. */
const MOST_BARS = 12;

/**
 * Plain bars told apart by what stands beside them, `||x||y||` as `|(|x|·|y|)|`: each that could open or close closes
 * where the rest can still be paired.
 *
 * @returns the tokens with brackets in the bars, `undefined` where there are none to tell apart
 */
export function directedBars(tokens: readonly Token[]): readonly Token[] | undefined {
  const bars = tokens.flatMap((token, index) => (isBar(token) ? [index] : []));
  if (bars.length < 4 || bars.length > MOST_BARS) return undefined;
  const closing = directions(tokens, bars);
  if (!closing) return undefined;
  return tokens.flatMap((token, index) => {
    const closes = closing.get(index);
    if (closes === undefined) return [token];
    return closes ? [mark(')'), token, mark(')')] : [mark('('), token, mark('(')];
  });
}

/** For each bar whether it closes. */
function directions(
  tokens: readonly Token[],
  bars: readonly number[],
): ReadonlyMap<number, boolean> | undefined {
  const chosen = new Map<number, boolean>();
  const pair = (next: number, depth: number): boolean => {
    const at = bars[next];
    if (at === undefined) return depth === 0;
    for (const closes of [true, false]) {
      const possible = closes ? depth > 0 && endsValue(tokens, at - 1, chosen) : startsValue(tokens, at + 1);
      if (!possible) continue;
      chosen.set(at, closes);
      if (pair(next + 1, depth + (closes ? -1 : 1))) return true;
    }
    chosen.delete(at);
    return false;
  };
  return pair(0, 0) ? chosen : undefined;
}

function endsValue(tokens: readonly Token[], index: number, chosen: ReadonlyMap<number, boolean>): boolean {
  const token = tokens[index];
  if (token === undefined) return false;
  if (isBar(token)) return chosen.get(index) === true;
  return token.kind === 'mark' ? [')', ']', '}', '!', '%', '°'].includes(token.text) : token.kind !== 'text';
}

function startsValue(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token === undefined || token.kind === 'end') return false;
  return token.kind !== 'mark' || ['(', '[', '{', '|', '-', '+', '√'].includes(token.text);
}

function isBar({ kind, text }: Token): boolean {
  return kind === 'mark' && text === '|';
}

function mark(text: string): Token {
  return { kind: 'mark', text, spaced: false };
}
