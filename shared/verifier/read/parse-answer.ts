import type { Fuel } from '../fuel.ts';
import type { KnownWord } from '../units/read-unit.ts';
import { Cursor, type Grammar } from './cursor.ts';
import type { Node, RelationOperator, SetOperator } from './node.ts';
import { parseCommand } from './parse-command.ts';
import { parseFactor, parseSum, parseTerm } from './parse-expression.ts';
import { parseFunction } from './parse-function.ts';
import { isMoney } from './parse-primary.ts';
import { isConnector, isOr } from './separator.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';

const grammar: Grammar = {
  list: parseList,
  item: parseItem,
  sum: parseSum,
  term: parseTerm,
  factor: parseFactor,
  command: parseCommand,
  applied: parseFunction,
};

/**
 * Reads the tokens of a whole answer.
 *
 * @param calls - whether `x(t)` of any letter is a call
 * @param known - whether the problem counts its things by a word
 * @returns the value, and whether reading calls as products would give another
 * @throws {Unreadable} when they are no mathematics
 * @throws {OutOfFuel}
 */
export function parseAnswer(
  tokens: readonly Token[],
  calls: boolean,
  fuel: Fuel,
  known: KnownWord,
): { node: Node; ambiguousCall: boolean } {
  const cursor = new Cursor(tokens, grammar, fuel, calls, known);
  const node = parseList(cursor);
  if (cursor.token.kind !== 'end') throw new Unreadable('something after the value');
  return { node, ambiguousCall: cursor.ambiguousCall };
}

/** `;` separates more than "and", "and" more than a comma, where the parts are alike; else all are one list. */
function parseList(cursor: Cursor): Node {
  const parts: Node[][] = [[parseItem(cursor)]];
  let several = false;
  let alternatives = false;
  for (;;) {
    const separator = takeSeparator(cursor);
    if (separator === undefined) break;
    if (cursor.token.kind === 'end') break;
    several = true;
    alternatives ||= separator === 'or';
    const item = parseItem(cursor);
    if (separator === ',')
      (parts.at(-1) as Node[]).push(item); // never empty
    else parts.push([item]);
  }
  const first = parts[0]?.[0] as Node; // read above
  if (!several) return first;
  const alike =
    parts.length > 1 && parts.every((part) => part.length > 1 && part.length === parts[0]?.length);
  if (alike && parts.flat().every((node) => node.kind === 'relation')) {
    return { kind: 'list', items: parts.map((items) => ({ kind: 'group', open: '(', close: ')', items })) };
  }
  return { kind: 'list', items: parts.flat(), ...(alternatives && { alternatives }) };
}

function takeSeparator(cursor: Cursor): ',' | 'and' | 'or' | undefined {
  if (cursor.skip(';') || cursor.skip('\\\\')) return 'and';
  const comma = cursor.skip(',');
  if (cursor.token.kind === 'text' && isConnector(cursor.token.text))
    return isOr(cursor.next().text) ? 'or' : 'and';
  if (comma) return ',';
  const adjacentBoxes = cursor.token.kind === 'command' && cursor.token.text === 'boxed';
  return adjacentBoxes ? ',' : undefined;
}

const RELATIONS: ReadonlySet<string> = new Set(['=', '≠', '<', '>', '≤', '≥', '≈', '∈', '≡', '→', '∣']);

function parseItem(cursor: Cursor): Node {
  return cursor.nested(() => {
    if (cursor.isMark('≈') || (cursor.isMark('=') && cursor.isAtStart)) cursor.next();
    cursor.skip('&');
    const sides = [parseRatio(cursor)];
    const operators: RelationOperator[] = [];
    while (cursor.token.kind === 'mark' && RELATIONS.has(cursor.token.text)) {
      operators.push(cursor.next().text as RelationOperator); // it is in the set
      cursor.skip('&');
      sides.push(parseRatio(cursor));
    }
    const [only] = sides;
    return operators.length === 0 && only ? only : { kind: 'relation', sides, operators };
  });
}

function parseRatio(cursor: Cursor): Node {
  const first = parseSetOperations(cursor);
  if (!cursor.isMark(':')) return first;
  const parts = [first];
  while (cursor.skip(':')) parts.push(parseSetOperations(cursor));
  return { kind: 'ratio', parts };
}

function parseSetOperations(cursor: Cursor): Node {
  let node = leadingName(cursor) ?? amountOf(cursor) ?? parseSum(cursor);
  while (cursor.isMark('∪') || cursor.isMark('∩') || cursor.isMark('∖')) {
    const operator = cursor.next().text as SetOperator; // one of the three
    node = { kind: 'set-operation', operator, operands: [node, parseSum(cursor)] };
  }
  return node;
}

/** `\$3x + 5`: all of it is money. */
function amountOf(cursor: Cursor): Node | undefined {
  if (!isMoney(cursor.token)) return undefined;
  const unit = cursor.next().text.trim();
  const value = parseSum(cursor);
  return { kind: 'quantity', value: value.kind === 'quantity' ? value.value : value, unit };
}

/** `\text{Area} = 5`: words may stand for a name on the left side. */
function leadingName(cursor: Cursor): Node | undefined {
  const { token } = cursor;
  if (token.kind !== 'text' || isConnector(token.text)) return undefined;
  if (isMoney(token)) return undefined;
  if (!cursor.isMark('=') && cursor.peek(1).text !== '=' && cursor.peek(1).text !== ':')
    throw new Unreadable('words');
  cursor.next();
  return { kind: 'text', text: token.text.trim() };
}
