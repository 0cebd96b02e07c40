import type { Node } from '../node/node.ts';
import type { Cursor } from './cursor.ts';
import { isConnector, isOr } from './separator.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';

/** When a value is meant. */
export interface Conditions {
  readonly conditions: readonly Node[];
  /** "if" and the like: the value is said of this case only. */
  readonly restricted: boolean;
}

const OPENERS =
  /^\s*[,;(]?\s*(?:for|where|if|when|whenever|with|such that|given|provided|assuming|otherwise|else|elsewhere|in all other cases)(?![a-z])/i;
const RESTRICTING = /(?:if|when|whenever|given|provided|assuming|otherwise|else|elsewhere|cases)(?![a-z])/i;
const OTHERWISE = /^(?:otherwise|else|elsewhere|in all other cases)$/;
/** All that conditions say in words; any other word makes them unreadable. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'for all every any each where if when whenever with such that given provided assuming otherwise else elsewhere in other cases is an a are be ' +
    'the real reals integer integers rational rationals natural naturals complex number numbers positive negative nonnegative non-negative ' +
    'nonzero even odd prime constant constants arbitrary some fixed'
  ).split(' '),
);

/** Whether words begin that say when a value is meant. */
export function startsCondition(cursor: Cursor): boolean {
  const { token } = cursor;
  if (token.kind === 'mark') return token.text === '∀';
  if (token.kind === 'text') return OPENERS.test(token.text);
  return token.kind === 'word' && isConditionWord(token.text);
}

/** In plain text only words that no product of letters looks like. */
export function isConditionWord(word: string): boolean {
  return /^(?:for|where|if|when|whenever|otherwise)$/.test(word);
}

/**
 * `\text{for all } x > 0`, `\text{where } n \text{ is an integer}`, `\forall x`, `n \text{ even}`.
 *
 * @param first - what the condition begins with, where it has been read
 * @throws {Unreadable}
 */
export function parseCondition(cursor: Cursor, first?: Node): Conditions {
  const words = first ? '' : openingWords(cursor);
  if (OTHERWISE.test(words)) return { conditions: [{ kind: 'text', text: 'otherwise' }], restricted: true };
  const items = [first ?? itemBeforeWords(cursor)];
  let alternatives = false;
  while (isJoined(cursor)) {
    const position = cursor.position;
    const joint = cursor.next();
    const words = joint.text === ',' && cursor.token.kind === 'text' && isConnector(cursor.token.text);
    const or = isOr(words ? cursor.next().text : joint.text);
    const item = startsCondition(cursor) ? undefined : itemBeforeWords(cursor);
    if (!item || (item.kind === 'relation' && item.operators[0] === '=')) {
      cursor.reset(position); // the next value
      break;
    }
    alternatives ||= or;
    items.push(item);
  }
  const domain = domainOf(`${words} ${takeWords(cursor)}`);
  const stated = distributed(items, domain);
  const conditions: readonly Node[] = alternatives ? [{ kind: 'list', items: stated, alternatives }] : stated;
  return { conditions, restricted: RESTRICTING.test(words) };
}

/** `n` of `n \text{ is even}`: words behind it are no unit. */
export function itemBeforeWords(cursor: Cursor): Node {
  cursor.words = isWording;
  try {
    return cursor.grammar.item(cursor);
  } finally {
    cursor.words = undefined;
  }
}

function openingWords(cursor: Cursor): string {
  return cursor.skip('∀') ? `all ${takeWords(cursor)}` : takeWords(cursor);
}

/** A comma or "and" with another condition behind it. */
function isJoined(cursor: Cursor): boolean {
  const { token } = cursor;
  if (token.kind === 'text') return isConnector(token.text);
  return cursor.isMark(',') && !cursor.isMark('\\\\', 1) && !isEnd(cursor.peek(1));
}

function isEnd(token: Token): boolean {
  return token.kind === 'end' || (token.kind === 'command' && token.text === 'end');
}

/** Words of conditions, in lower case and with single spaces. */
function takeWords(cursor: Cursor): string {
  const words: string[] = [];
  while (isWording(cursor.token)) words.push(...wordsOf(cursor.next()));
  return words.join(' ');
}

function isWording(token: Token): boolean {
  if (token.kind !== 'text' && token.kind !== 'word') return false;
  return wordsOf(token).every((word) => WORDS.has(word));
}

function wordsOf({ text }: Token): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s,;().]+/)
    .filter((word) => word !== '');
}

/** The numbers that words speak of. */
function domainOf(words: string): string | undefined {
  const sign = /\bpositive/.test(words)
    ? '+'
    : /\bnegative/.test(words)
      ? '-'
      : /nonnegative|non-negative/.test(words)
        ? '≥0'
        : '';
  const kind =
    /\b(integer|real|rational|natural|complex|even|odd|prime)/.exec(words)?.[1] ??
    /\b(constant|arbitrary|all|every|any|each)/.exec(words)?.[1];
  switch (kind) {
    case 'integer':
      return `\\mathbb Z${sign}`;
    case 'real':
      return `ℝ${sign}`;
    case 'rational':
      return `\\mathbb Q${sign}`;
    case 'natural':
      return '\\mathbb N';
    case 'complex':
      return '\\mathbb C';
    case 'even':
    case 'odd':
    case 'prime':
      return kind;
    default:
      return kind === undefined ? undefined : 'any';
  }
}

/** `a, b ∈ ℝ` says it of both; of a bare name only words can say something. */
function distributed(items: readonly Node[], domain: string | undefined): readonly Node[] {
  const last = items.at(-1);
  const set = last?.kind === 'relation' && last.operators[0] === '∈' ? last.sides[1] : undefined;
  return items.flatMap((item): readonly Node[] => {
    if (item.kind === 'relation') return [item];
    if (item.kind !== 'symbol') throw new Unreadable(); // a condition without a relation
    if (set) return [membership(item, set)];
    if (domain === undefined) throw new Unreadable(); // a condition that says nothing
    return [membership(item, { kind: 'symbol', name: domain })];
  });
}

function membership(name: Node, set: Node): Node {
  return { kind: 'relation', sides: [name, set], operators: ['∈'] };
}
