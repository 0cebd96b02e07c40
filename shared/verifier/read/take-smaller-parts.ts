import type { Measure } from '../../ports/units.ts';
import { sum } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { compareRationals } from '../node/rational.ts';
import type { Cursor } from './cursor.ts';
import { takeUnit } from './parse-unit.ts';
import { isConnector, isOr } from './separator.ts';

type Quantity = Extract<Node, { kind: 'quantity' }>;

/** `3 hours 20 minutes`, `5 ft and 3 in`: parts in ever smaller units of one kind are one amount, in the first unit. */
export function takeSmallerParts(cursor: Cursor, first: Quantity): Quantity {
  const unit = measureOf(first.unit, cursor);
  if (!unit) return first;
  const parts = [first.value];
  let last = unit;
  for (;;) {
    const position = cursor.position;
    const part = nextPart(cursor, last);
    if (!part) {
      cursor.reset(position);
      return parts.length === 1 ? first : { ...first, value: sum(parts) };
    }
    parts.push(cursor.unitWords.units.converted(part.value, part.measure, unit));
    last = part.measure;
  }
}

function nextPart(
  cursor: Cursor,
  larger: Measure,
): { readonly value: Node; readonly measure: Measure } | undefined {
  if (cursor.token.kind === 'text' && isConnector(cursor.token.text) && !isOr(cursor.token.text))
    cursor.next();
  const { token } = cursor;
  if (token.kind !== 'number') return undefined;
  cursor.next();
  const written = takeUnit(cursor);
  const measure = written === undefined ? undefined : measureOf(written, cursor);
  const smaller =
    measure &&
    cursor.unitWords.units.areCommensurable(measure, larger) &&
    compareRationals(measure.factor, larger.factor) < 0;
  return smaller ? { value: token.node, measure } : undefined;
}

function measureOf(unit: string, { unitWords: { units, known } }: Cursor): Measure | undefined {
  return units.read(unit, known)?.measure;
}
