import { BLOCK } from './normalize-template.ts';
import { TEXT_METHODS } from './python-values.ts';

/**
 * A node of a parsed template; the template library does not export their classes. Casts below say which fields a node
 * of a type has.
 */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Names of the functions that a lowered template calls; no template can name them itself. */
export const FUNCTIONS = {
  text: '#text',
  equal: '#equal',
  length: '#length',
  iterable: '#iterable',
  method: '#method',
} as const;

const STATEMENTS = new Set([
  'If',
  'For',
  'Set',
  'Macro',
  'CallStatement',
  'FilterStatement',
  'Comment',
  'Break',
  'Continue',
]);

/**
 * A parsed template in which the template library's own meaning gives way to Jinja's where they differ and nothing
 * would say so:
 *
 * - what is printed is text as Python prints it (`True`, `None`, `['a']`);
 * - `==` and `!=` compare lists and mappings by what they hold, a text is as long as it has characters, a mapping is iterable;
 * - methods of texts that the library lacks, or whose arguments it ignores, are ours (`python-values.ts`);
 * - `break` and `continue` keep what the round of the loop has printed so far;
 * - what a round of a loop sets is gone in the next.
 */
export function lowerTemplate(program: Node): Node {
  return { ...program, body: lowerBlock(program['body'] as Node[]) };
}

function lowerBlock(statements: readonly Node[]): Node[] {
  return statements.map((statement) =>
    STATEMENTS.has(statement.type) ? lower(statement) : text(lower(statement)),
  );
}

function lower(node: Node): Node {
  const inner = lowerChildren(node);
  if (node.type === 'For') return lowerLoop(inner);
  if (node.type === 'FilterExpression') return lowerFilter(inner);
  if (node.type === 'TestExpression') return lowerTest(inner);
  if (node.type === 'CallExpression') return lowerCall(inner);
  if (node.type !== 'BinaryExpression') return inner;
  const { operator, left, right } = inner as unknown as {
    operator: { value: string };
    left: Node;
    right: Node;
  };
  switch (operator.value) {
    case '~':
      return { ...inner, left: text(left), right: text(right) };
    case '==':
      return call(FUNCTIONS.equal, [left, right]);
    case '!=':
      return not(call(FUNCTIONS.equal, [left, right]));
    default:
      return inner;
  }
}

/** Fields that hold statements; all others hold expressions or words. */
const BLOCKS = new Set(['body', 'alternate', 'defaultBlock']);

function lowerChildren(node: Node): Node {
  const fields = Object.entries(node).map(([name, value]) => [
    name,
    BLOCKS.has(name) ? lowerBlock(value as Node[]) : lowerField(value),
  ]);
  return Object.fromEntries(fields) as Node;
}

function lowerField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerField);
  if (value instanceof Map)
    return new Map([...value].map(([key, entry]) => [lowerField(key), lowerField(entry)]));
  const isNode = typeof value === 'object' && value !== null && 'type' in value;
  return isNode ? lower(value as Node) : value;
}

function lowerFilter(node: Node): Node {
  const { operand, filter } = node as unknown as { operand: Node; filter: Node };
  switch (filter.type === 'Identifier' ? filter['value'] : undefined) {
    case 'string':
      return text(operand);
    case 'length':
    case 'count':
      return call(FUNCTIONS.length, [operand]);
    default:
      return node;
  }
}

function lowerTest(node: Node): Node {
  const { operand, test, negate } = node as unknown as { operand: Node; test: Node; negate: boolean };
  if (test['value'] !== 'iterable') return node;
  const iterable = call(FUNCTIONS.iterable, [operand]);
  return negate ? not(iterable) : iterable;
}

function lowerCall(node: Node): Node {
  const { callee, args } = node as unknown as { callee: Node; args: Node[] };
  if (callee.type !== 'MemberExpression') return node;
  const { object, property } = callee as unknown as { object: Node; property: Node };
  const method = String(property['value']);
  if (!Object.hasOwn(TEXT_METHODS, method)) return node;
  return call(FUNCTIONS.method, [{ type: 'StringLiteral', value: method }, object, ...args]);
}

/** Holds `done`, once a round came to its end, `over`, after a `break`, and `skipped`, after either, of the loop around. */
const STATE = '#loop';
type Flag = 'done' | 'over' | 'skipped';

/** A loop whose rounds are blocks with scopes of their own, and whose `break` and `continue` are flags. */
function lowerLoop(loop: Node): Node {
  const body = loop['body'] as Node[];
  if (!body.some(mayLeave)) return { ...loop, body: [block(body)] };
  const round = block([set('skipped', 'false'), ...guarded([...body, set('done', 'true')])]);
  // Jinja takes a loop none of whose rounds came to its end for an empty one.
  const whole = { ...loop, body: [when(not(flag('over')), [round])], defaultBlock: [] };
  const otherwise = when(not(flag('done')), [block(loop['defaultBlock'] as Node[])]);
  const state = {
    type: 'Set',
    assignee: name(STATE),
    value: { type: 'CallExpression', callee: name('namespace'), args: [] },
    body: [],
  };
  return block([state, whole, otherwise]);
}

function mayLeave(node: Node): boolean {
  if (node.type !== 'If') return node.type === 'Break' || node.type === 'Continue';
  return [node['body'], node['alternate']].some((branch) => (branch as Node[]).some(mayLeave));
}

/** Statements of a round, those after a `break` or `continue` only where it was not reached. */
function guarded(statements: readonly Node[]): Node[] {
  const at = statements.findIndex(mayLeave);
  if (at < 0) return [...statements];
  const rest = guarded(statements.slice(at + 1));
  const after = rest.length > 0 ? [when(not(flag('skipped')), rest)] : [];
  return [...statements.slice(0, at), ...leave(statements[at] as Node), ...after];
}

function leave(node: Node): Node[] {
  if (node.type === 'Continue') return [set('skipped', 'true')];
  if (node.type === 'Break') return [set('skipped', 'true'), set('over', 'true')];
  const { body, alternate } = node as unknown as { body: Node[]; alternate: Node[] };
  return [{ ...node, body: guarded(body), alternate: guarded(alternate) } as Node];
}

function name(value: string): Node {
  return { type: 'Identifier', value };
}

function call(callee: string, args: readonly Node[]): Node {
  // In a list, values reach a function of ours with their types.
  return { type: 'CallExpression', callee: name(callee), args: [{ type: 'ArrayLiteral', value: args }] };
}

function text(node: Node): Node {
  return call(FUNCTIONS.text, [node]);
}

function not(argument: Node): Node {
  return { type: 'UnaryExpression', operator: { type: 'UnaryOperator', value: 'not' }, argument };
}

function when(test: Node, body: readonly Node[]): Node {
  return { type: 'If', test, body, alternate: [] };
}

/** Statements with a scope of their own. */
function block(body: readonly Node[]): Node {
  const invocation = { type: 'CallExpression', callee: name(BLOCK), args: [] };
  return { type: 'CallStatement', call: invocation, callerArgs: null, body };
}

function flag(field: Flag): Node {
  return { type: 'MemberExpression', object: name(STATE), property: name(field), computed: false };
}

function set(field: Flag, value: 'true' | 'false'): Node {
  return { type: 'Set', assignee: flag(field), value: name(value), body: [] };
}
