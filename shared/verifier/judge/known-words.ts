import type { KnownWord } from '../../ports/units.ts';
import { childrenOf } from '../node/children-of.ts';
import type { Node } from '../node/node.ts';
import { leadingNumber, MULTIPLIERS } from '../read/number-words.ts';
import { HEDGES } from '../read/vocabulary.ts';

/** A reference answer may count anything: every word that is no hedge and no number. */
export const anyNoun: KnownWord = (word) =>
  /^\p{L}{2,}$/u.test(word) &&
  !HEDGES.test(word) &&
  !MULTIPLIERS.has(word) &&
  leadingNumber([word]) === undefined;

/** The words of the units in these values, in lower case. */
export function unitWords(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => [
    ...(node.kind === 'quantity' ? wordsOfUnit(node.unit) : []),
    ...unitWords(childrenOf(node)),
  ]);
}

/** The words of a unit as written. */
export function wordsOfUnit(unit: string): readonly string[] {
  return unit.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
}
