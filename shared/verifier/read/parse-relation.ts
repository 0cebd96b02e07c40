import type { Node, RelationOperator } from '../node/node.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';

const RELATIONS: ReadonlySet<string> = new Set(['=', '≠', '<', '>', '≤', '≥', '≈', '∈', '≡', '→', '∣']);

export function isRelationMark(token: Token): boolean {
  return token.kind === 'mark' && RELATIONS.has(token.text);
}

/** What follows the first side: operators and sides in turn. Without any it is the first side itself. */
export function parseRelation(cursor: Cursor, first: Node): Node {
  const [sides, operators] =
    first.kind === 'relation' ? [[...first.sides], [...first.operators]] : [[first], []];
  while (isRelationMark(cursor.token) || (cursor.isMark('&') && isRelationMark(cursor.peek(1)))) {
    cursor.skip('&');
    operators.push(cursor.next().text as RelationOperator); // it is in the set
    cursor.skip('&');
    sides.push(cursor.grammar.side(cursor));
  }
  return operators.length === 0 ? first : { kind: 'relation', sides, operators };
}
