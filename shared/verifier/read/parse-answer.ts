import type { Fuel } from '../fuel.ts';
import type { Node, SetOperator } from '../node/node.ts';
import type { Words } from '../units/words.ts';
import { Cursor, type Grammar } from './cursor.ts';
import { parseCommand } from './parse-command.ts';
import { type Conditions, parseCondition, startsCondition } from './parse-condition.ts';
import { parseFactor, parseSum, parseTerm } from './parse-expression.ts';
import { parseFunction } from './parse-function.ts';
import { isMoney } from './parse-primary.ts';
import { parseRelation } from './parse-relation.ts';
import { isConnector, isOr } from './separator.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';
import { HEDGES } from './vocabulary.ts';

const grammar: Grammar = {
  list: parseList,
  item: parseItem,
  side: parseRatio,
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
 * @param words - what stands for units
 * @returns the value, and whether reading calls as products would give another
 * @throws {Unreadable} when they are no mathematics
 * @throws {OutOfFuel}
 */
export function parseAnswer(
  tokens: readonly Token[],
  calls: boolean,
  fuel: Fuel,
  words: Words,
): { node: Node; ambiguousCall: boolean } {
  const cursor = new Cursor(tokens, grammar, fuel, calls, words);
  const node = parseStatements(cursor);
  if (cursor.token.kind !== 'end') throw new Unreadable(); // something after the value
  return { node, ambiguousCall: cursor.ambiguousCall };
}

/** `x + 1 = 5 ⇒ x = 4`: statements, of which the last is the answer. */
function parseStatements(cursor: Cursor): Node {
  while (cursor.skip('⇒'));
  const statements = [parseList(cursor)];
  while (cursor.skip('⇒')) statements.push(parseList(cursor));
  const [only] = statements;
  if (statements.length === 1 && only) return only;
  return { kind: 'relation', sides: statements, operators: statements.slice(1).map(() => '⇒') };
}

/** `;` separates more than "and", "and" more than a comma, where the parts are alike; else all are one list. */
function parseList(cursor: Cursor): Node {
  const list = new ListReader();
  for (;;) {
    if (list.isEmpty || !startsCondition(cursor)) list.add(parseItem(cursor));
    if (startsCondition(cursor)) list.conclude(parseCondition(cursor));
    const separator = takeSeparator(cursor);
    if (separator === undefined || cursor.token.kind === 'end' || cursor.isMark('⇒')) return list.node();
    list.separate(separator);
  }
}

type Separator = ',' | ';' | 'and' | 'or';

/** Items with separators of two strengths between them. */
class ListReader {
  readonly #parts: Node[][] = [[]];
  #alternatives = false;
  #conjunction = false;
  #conditions: Conditions | undefined;

  get isEmpty(): boolean {
    return this.#parts[0]?.length === 0;
  }

  add(item: Node): void {
    this.#settle();
    (this.#parts.at(-1) as Node[]).push(item); // never empty
  }

  separate(separator: Separator): void {
    this.#alternatives ||= separator === 'or';
    this.#conjunction ||= separator === 'and';
    if (separator !== ',') this.#parts.push([]);
  }

  /** "if" says something of the value before it; what else stands at the end is said of all values. */
  conclude(conditions: Conditions): void {
    this.#settle();
    this.#conditions = conditions;
    if (conditions.restricted) this.#settle();
  }

  #settle(): void {
    const part = this.#parts.findLast((each) => each.length > 0);
    const value = part?.pop();
    if (value && this.#conditions) part?.push({ kind: 'conditional', value, ...this.#conditions });
    else if (value) part?.push(value);
    this.#conditions = undefined;
  }

  node(): Node {
    const value = this.#values();
    return this.#conditions ? { kind: 'conditional', value, ...this.#conditions } : value;
  }

  #values(): Node {
    const parts = this.#parts.filter((part) => part.length > 0);
    const items = parts.flat();
    const [only] = items;
    if (items.length === 1 && only) return only;
    const alike =
      parts.length > 1 && parts.every((part) => part.length > 1 && part.length === parts[0]?.length);
    if (alike && items.every((node) => node.kind === 'relation')) {
      return { kind: 'list', items: parts.map(together) };
    }
    // a system among several answers stays one of them
    const kept = items.map((item) =>
      item.kind === 'list' && !item.alternatives ? together(item.items) : item,
    );
    const joined = this.#alternatives
      ? { alternatives: true }
      : this.#conjunction
        ? { conjunction: true }
        : {};
    return { kind: 'list', items: kept, ...joined };
  }
}

function together(items: readonly Node[]): Node {
  return { kind: 'group', open: '(', close: ')', items };
}

function takeSeparator(cursor: Cursor): Separator | undefined {
  if (cursor.skip(';') || cursor.skip('\\\\')) return ';';
  const comma = cursor.skip(',');
  if (cursor.token.kind === 'text' && isConnector(cursor.token.text))
    return isOr(cursor.next().text) ? 'or' : 'and';
  if (comma) return ',';
  const adjacentBoxes = cursor.token.kind === 'command' && cursor.token.text === 'boxed';
  return adjacentBoxes ? ',' : undefined;
}

function parseItem(cursor: Cursor): Node {
  return cursor.nested(() => {
    if (cursor.isMark('≈') || (cursor.isMark('=') && cursor.isAtStart)) cursor.next();
    cursor.skip('&');
    return parseRelation(cursor, parseRatio(cursor));
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
  let node = allRealsBut(cursor) ?? leadingName(cursor) ?? amountOf(cursor) ?? parseSum(cursor);
  while (cursor.isMark('∪') || cursor.isMark('∩') || cursor.isMark('∖')) {
    const operator = cursor.next().text as SetOperator; // one of the three
    node = { kind: 'set-operation', operator, operands: [node, parseSum(cursor)] };
  }
  return setDifference(node) ?? node;
}

/** `\$3x + 5`: all of it is money. */
function amountOf(cursor: Cursor): Node | undefined {
  if (!isMoney(cursor.token)) return undefined;
  const unit = cursor.next().text.trim();
  const value = parseSum(cursor);
  return { kind: 'quantity', value: value.kind === 'quantity' ? value.value : value, unit };
}

/** `ℝ - \\{0\\}` */
function setDifference(node: Node): Node | undefined {
  const [from, taken] = node.kind === 'sum' ? node.terms : [];
  if (node.kind !== 'sum' || node.terms.length !== 2 || taken?.kind !== 'product' || !from) return undefined;
  const [sign, set] = taken.factors;
  const minus = sign?.kind === 'number' && sign.value.numerator === -1n && taken.factors.length === 2;
  if (!minus || set?.kind !== 'group' || set.open !== '{' || from.kind !== 'symbol') return undefined;
  return { kind: 'set-operation', operator: '∖', operands: [from, set] };
}

const ALL_BUT =
  /^\s*(?:all|any)\s+(?:the\s+)?(?:real\s+numbers?|reals)\s*,?\s*(?:except(?:\s+for)?|other\s+than|but|excluding)\s*$/i;

/** `\\text{all real numbers except } 0` */
function allRealsBut(cursor: Cursor): Node | undefined {
  if (cursor.token.kind !== 'text' || !ALL_BUT.test(cursor.token.text)) return undefined;
  cursor.next();
  const items = [parseSum(cursor)];
  while (takeSeparator(cursor) !== undefined) items.push(parseSum(cursor));
  const all: Node = { kind: 'symbol', name: 'ℝ' };
  return {
    kind: 'set-operation',
    operator: '∖',
    operands: [all, { kind: 'group', open: '{', close: '}', items }],
  };
}

/** A name says what is equal, not what becomes of it. */
const MULTIPLIERS =
  /\b(?:twice|thrice|half|double|triple|times|plus|minus|negative|opposite|reciprocal|squared|cubed|root)\b/i;

/** `\text{Area} = 5`, `\text{Area of } ABC = 5`, `\operatorname{adj} A = …`: words may stand for a name on the left side. */
function leadingName(cursor: Cursor): Node | undefined {
  const { token } = cursor;
  if (token.kind !== 'text' || isConnector(token.text)) return undefined;
  if (isMoney(token)) return undefined;
  if (HEDGES.test(token.text) || MULTIPLIERS.test(token.text)) throw new Unreadable(); // words
  cursor.next();
  const text = token.text.trim();
  if (cursor.isMark('=') || cursor.isMark(':')) return { kind: 'text', text };
  const operand = cursor.grammar.term(cursor);
  if (!cursor.isMark('=')) throw new Unreadable(); // words
  return { kind: 'opaque', name: text, args: [operand] };
}
