import type { Fuel } from '../fuel.ts';
import { mapChildren } from '../node/map-children.ts';
import type { Node } from '../node/node.ts';
import type { Words } from '../units/words.ts';
import { directedBars } from './directed-bars.ts';
import { labelledParts } from './labelled-parts.ts';
import { parseAnswer } from './parse-answer.ts';
import { withoutReversedBrackets } from './reversed-brackets.ts';

import type { Token } from './token.ts';
import { tokenize, Unreadable } from './tokenize.ts';

/** The longest answer that is read, in UTF-16 code units. */
export const LONGEST_ANSWER = 10_000;

/**
 * All readings of an answer that stay open: `1,234` as a number or a list, `x(t)` as a call or a product. The likelier
 * comes first; none for text that is no mathematics.
 *
 * @param words - what stands for units
 * @throws {OutOfFuel}
 */
export function readAnswer(text: string, fuel: Fuel, words: Words): readonly Node[] {
  const settings = { fuel, words };
  const parts = readParts(text, settings);
  if (parts) return [parts];
  const first = read(text, true, true, settings);
  // inside brackets a comma separates: (1,234) is no number
  // and nobody lists 000
  const separates = first.thousands && !/,\s?0\d\d(?!\d)/.test(text);
  const bracketed = separates && first.node?.kind === 'number' && /^\s*(?:\\left\s*)?[([]/.test(text);
  const readings = first.node && !bracketed ? [first.node] : [];
  if (first.ambiguousCall) readings.push(...only(read(text, true, false, settings).node));
  if (first.node && /I/.test(text)) readings.push(withCapitalI(first.node));
  if (separates) readings.push(...only(read(text, false, true, settings).node));
  return readings;
}

/** `a) 3, b) 4` as a list in its order. */
function readParts(text: string, settings: Settings): Node | undefined {
  const parts = labelledParts(text)?.map((part) => read(part, true, true, settings).node);
  const items = parts?.filter((part) => part !== undefined);
  return items && items.length === parts?.length ? { kind: 'list', items, labelled: true } : undefined;
}

/** Programs write the imaginary unit as `I`. */
function withCapitalI(node: Node): Node {
  return node.kind === 'symbol' && node.name === 'I'
    ? { kind: 'constant', name: 'i' }
    : mapChildren(node, withCapitalI);
}

interface Settings {
  readonly fuel: Fuel;
  readonly words: Words;
}

interface Read {
  readonly node?: Node;
  readonly thousands: boolean;
  readonly ambiguousCall: boolean;
}

function read(text: string, groups: boolean, calls: boolean, { fuel, words }: Settings): Read {
  let thousands = false;
  try {
    const tokens = tokenize(text, groups, fuel, words.units);
    thousands = tokens.thousands;
    return { ...parseTokens(tokens.tokens, calls, { fuel, words }), thousands };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { thousands, ambiguousCall: false };
  }
}

/** With plain bars told apart, or French intervals, where they cannot be read as they stand. @throws {Unreadable} */
function parseTokens(
  tokens: readonly Token[],
  calls: boolean,
  { fuel, words }: Settings,
): ReturnType<typeof parseAnswer> {
  try {
    return parseAnswer(tokens, calls, fuel, words);
  } catch (error) {
    const others =
      error instanceof Unreadable ? (directedBars(tokens) ?? withoutReversedBrackets(tokens)) : undefined;
    if (!others) throw error;
    return parseAnswer(others, calls, fuel, words);
  }
}

function only(node: Node | undefined): readonly Node[] {
  return node ? [node] : [];
}
