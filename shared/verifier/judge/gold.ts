import type { Units } from '../../ports/units.ts';
import { Fuel, OutOfFuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { leadingNumber } from '../read/number-words.ts';
import { plainForms } from '../read/plain-forms.ts';
import { LONGEST_ANSWER, readAnswer } from '../read/read-answer.ts';
import type { GoldType } from '../verification.ts';
import { choiceOf } from './choice.ts';
import { type ClockTime, clockTimeOf } from './clock-time.ts';
import { conclusionOf } from './conclusion.ts';
import { elementsOf } from './elements.ts';
import { anyNoun, unitWords } from './known-words.ts';
import { withoutUnit } from './shape.ts';
import { valueKey, withoutPunctuation, wordsOf } from './text-key.ts';
import { withConditions } from './with-conditions.ts';

/** A reference answer, read once. */
export interface Gold {
  readonly text: string;
  readonly type: GoldType;
  /** As written, apart from typesetting. */
  readonly key: string;
  /** The same without case. */
  readonly words: string;
  readonly choice: string | undefined;
  readonly time: ClockTime | undefined;
  readonly readings: readonly Node[];
  /** Words of its units, in lower case: answers may count by them. */
  readonly unitWords: readonly string[];
  /** Why nothing can match it. */
  readonly fault: string | undefined;
}

export function readGold(written: string, units: Units): Gold {
  const text = plainForms(written);
  const none = {
    text,
    type: 'invalid',
    key: '',
    words: '',
    choice: undefined,
    time: undefined,
    readings: [],
    unitWords: [],
  } as const;
  if (text.length > LONGEST_ANSWER) return { ...none, fault: 'answer-too-long' };
  if (!hasBalancedBraces(text)) return { ...none, fault: 'unbalanced-braces' };
  if (/<\/?think>/.test(text)) return { ...none, fault: 'think-tag' };
  const key = valueKey(text);
  const words = wordsOf(key);
  if (words === '') return { ...none, fault: 'empty' };
  const value = withoutFormulaMarks(text);
  const choice = choiceOf(value);
  const time = clockTimeOf(words);
  const readings = isWords(text) ? [] : readWithin(value, units);
  if (!readings) return { ...none, fault: 'too-hard' };
  const type = choice !== undefined && isWords(text) ? 'choice' : time?.half ? 'time' : typeOf(readings[0]);
  return { text, type, key, words, choice, time, readings, unitWords: unitWords(readings), fault: undefined };
}

function readWithin(text: string, units: Units): readonly Node[] | undefined {
  try {
    const readings = readAnswer(text, new Fuel(), { units, known: anyNoun });
    return readings.map((node) => withConditions(conclusionOf(node)));
  } catch (error) {
    if (!(error instanceof OutOfFuel)) throw error;
    return undefined;
  }
}

/** `$69$,$84$` is a list of formulas. */
function withoutFormulaMarks(text: string): string {
  return withoutPunctuation(text.replaceAll(/(?<!\\)\$/g, ' '));
}

/** Whether a text is words: in `\text{…}` as a whole, or letters that spell something. */
export function isWords(text: string): boolean {
  const inner = /^\s*\\(?:text(?:bf|it|rm|normal)?|mbox|mathrm|mathit)\s*\{([^{}]*)\}\s*\.?$/.exec(text)?.[1];
  const words = inner ?? text;
  if (!/^[\sA-Za-z()'’.,-]*$/.test(words)) return false;
  const spelled = words.trim().split(/\s+/);
  if (leadingNumber(spelled) !== undefined) return false;
  const longest = Math.max(
    ...words.split(/[^A-Za-z]+/).map((word) => (/[aeiouAEIOU]/.test(word) ? word.length : 0)),
  );
  return inner === undefined
    ? (longest >= 3 || /^\s*no\s*$/i.test(words)) && !KNOWN.test(words)
    : /[A-Za-z]{2}|^\s*\(?[A-Z]\)?\s*$/.test(words);
}

const KNOWN =
  /(?:^|[^A-Za-z])(?:(?:arc|ar|a)?(?:sin|cos|tan|cot|sec|csc)h?|log|exp|abs|floor|ceil|sqrt|min|max|gcd|lcm|infinity|and|or|alpha|beta|gamma|theta|omega|lambda|sigma|delta)(?![a-z])/;

export function typeOf(node: Node | undefined): GoldType {
  if (!node) return 'text';
  const value = withoutUnit(node);
  switch (value.kind) {
    case 'number':
    case 'percent':
    case 'based':
      return 'number';
    case 'list':
      return 'list';
    case 'group':
      return value.open === '{' ? 'set' : value.open === '(' && value.close === ')' ? 'tuple' : 'interval';
    case 'set-operation':
      return 'interval';
    case 'relation':
      return elementsOf(value).length > 1 ? 'list' : 'relation';
    case 'matrix':
      return 'matrix';
    case 'conditional':
      return typeOf(value.value);
    case 'text':
      return 'text';
    default:
      return elementsOf(value).length > 1 ? 'list' : 'expression';
  }
}

/** A box closes where its braces balance, so a gold whose braces do not could never stand in one. */
function hasBalancedBraces(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth >= 0; at += 1) {
    const char = text[at];
    if (char === '\\') {
      at += 1;
      if (at === text.length) return false;
    } else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
  }
  return depth === 0;
}
