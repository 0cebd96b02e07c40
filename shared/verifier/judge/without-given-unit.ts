import type { Units } from '../../ports/units.ts';
import type { Fuel } from '../fuel.ts';
import { canonicalKey } from '../math/canonical-key.ts';
import { allFactors } from '../node/all-factors.ts';
import { product } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { readAnswer } from '../read/read-answer.ts';
import { unitsAlone } from '../units/words.ts';

/** `5 m` without the unit `m`; `undefined` where the unit is no factor of the value. */
export function withoutGivenUnit(node: Node, unit: string, fuel: Fuel, units: Units): Node | undefined {
  if (node.kind !== 'product') return undefined;
  const [read] = readAnswer(unit, fuel, unitsAlone(units));
  if (!read) return undefined;
  const left = [...allFactors(node)];
  for (const factor of allFactors(read)) {
    const key = canonicalKey(factor, fuel);
    const index = left.findIndex((other) => canonicalKey(other, fuel) === key);
    if (index < 0) return undefined;
    left.splice(index, 1);
  }
  return left.length > 0 ? product(left) : undefined;
}
