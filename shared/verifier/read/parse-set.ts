import type { Node } from '../node/node.ts';
import type { Cursor } from './cursor.ts';
import { isRelationMark } from './parse-relation.ts';
import { isConnector, isOr } from './separator.ts';

/** Stands for the `:` or `|` of a set that describes its members, where nothing else may read it. */
const SUCH_THAT = 'such that';

/** After `\{`: members, or `x : …`, `2k | k ∈ ℤ` as a single conditional member; up to `\}`. */
export function parseDescribedSet(cursor: Cursor): Node | undefined {
  const at = separatorAhead(cursor);
  if (at === undefined) return undefined;
  cursor.remark(at, SUCH_THAT);
  const element = cursor.grammar.item(cursor);
  cursor.expect(SUCH_THAT);
  const conditions = [cursor.grammar.item(cursor)];
  let alternatives = false;
  while (!cursor.isMark('\\}')) {
    const comma = cursor.skip(',') || cursor.skip(';');
    if (cursor.token.kind === 'text' && isConnector(cursor.token.text))
      alternatives ||= isOr(cursor.next().text);
    else if (!comma) break;
    conditions.push(cursor.grammar.item(cursor));
  }
  cursor.expect('\\}');
  const all: readonly Node[] = alternatives
    ? [{ kind: 'list', items: conditions, alternatives }]
    : conditions;
  // `x ∈ ℝ` before the bar is a condition too
  const member =
    element.kind === 'relation' && element.operators.length === 1 && element.operators[0] === '∈';
  const [value = element] = member ? element.sides : [];
  return {
    kind: 'group',
    open: '{',
    close: '}',
    items: [{ kind: 'conditional', value, conditions: member ? [element, ...all] : all, restricted: true }],
  };
}

/** How many tokens ahead the separator stands, outside of all brackets and with a relation behind it. */
function separatorAhead(cursor: Cursor): number | undefined {
  let depth = 0;
  let found: number | undefined;
  let bars = 0;
  let related = false;
  for (let ahead = 0; ; ahead += 1) {
    const token = cursor.peek(ahead);
    if (token.kind === 'end') return undefined;
    if (token.kind === 'text' && /^\s*(?:such that|with|where)\s*$/i.test(token.text) && depth === 0)
      found ??= ahead;
    if (token.kind !== 'mark') continue;
    if (token.text === '\\}' && depth === 0) return related && bars % 2 === 0 ? found : undefined;
    related ||= found !== undefined && ahead > found && isRelationMark(token);
    if (['(', '[', '{', '\\{'].includes(token.text)) depth += 1;
    if ([')', ']', '}', '\\}'].includes(token.text)) depth -= 1;
    if (depth !== 0) continue;
    const bar = token.text === '|';
    if (bar || token.text === ':' || token.text === '∣') {
      if (ahead > 0 && found === undefined && (!bar || bars % 2 === 0)) found = ahead;
      else if (bar) bars += 1;
    }
  }
}
