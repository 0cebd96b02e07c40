import type { Precision } from '../../ports/precision.ts';
import type { Units } from '../../ports/units.ts';
import { withoutLabel } from '../extract/without-label.ts';
import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { plainForms } from '../read/plain-forms.ts';
import { LONGEST_ANSWER, readAnswer } from '../read/read-answer.ts';
import type { Words } from '../units/words.ts';
import type { ExplainedProbe, Method, VerifyOptions } from '../verification.ts';
import { choiceOf } from './choice.ts';
import { clockTimeOf, sameTime } from './clock-time.ts';
import { compareValues } from './compare-values.ts';
import { conclusionOf, contradictsItself } from './conclusion.ts';
import { type Gold, isWords } from './gold.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { valueKey, withoutPunctuation, wordsOf } from './text-key.ts';
import { withConditions } from './with-conditions.ts';
import { withoutGivenUnit } from './without-given-unit.ts';

/** An answer, read at most once for all golds it is compared with. */
export interface Answer {
  readonly text: string;
  /** As written, apart from typesetting. */
  readonly key: string;
  /** The same without case; empty where nothing was answered. */
  readonly words: string;
  /** Read when first asked for: many verdicts need only the key. @throws {OutOfFuel} */
  readonly readings: () => readonly Node[];
}

export function answerOf(text: string, fuel: Fuel, words: Words): Answer {
  let readings: readonly Node[] | undefined;
  const written = withoutPunctuation(withoutLabel(plainForms(text)));
  const key = valueKey(written);
  return {
    text,
    key,
    words: wordsOf(key),
    readings: () => (readings ??= written.length > LONGEST_ANSWER ? [] : readAnswer(written, fuel, words)),
  };
}

/** What the comparison of an answer with a gold needs. */
export interface JudgeInput {
  readonly fuel: Fuel;
  readonly precision: Precision;
  readonly units: Units;
  readonly options: VerifyOptions;
  readonly method: Method;
  /** What stands right behind the answer's box. */
  readonly unitAfter?: string | undefined;
  readonly onProbe?: (probe: ExplainedProbe) => void;
}

/**
 * Whether an answer equals a gold: word for word, as an option, as a time, as words, or as a value.
 *
 * @throws {OutOfFuel}
 */
export function judgeAnswer(gold: Gold, answer: Answer, input: JudgeInput): Judgement {
  input.fuel.spend(4);
  const { words } = answer;
  const same = answer.key === gold.key && (input.unitAfter === undefined || gold.readings.length === 0);
  if (same || (gold.readings.length === 0 && words === gold.words)) return equal('equal-text');
  if (gold.choice !== undefined) {
    const choice = judgeChoice(gold.choice, answer, input.method);
    if (choice.equal || gold.type === 'choice' || gold.readings.length === 0) return choice;
  }
  const time = gold.time && clockTimeOf(words);
  if (gold.time && time) return sameTime(gold.time, time) ? equal('equal-time') : unequal('different-time');
  if (gold.time?.half !== undefined) return unequal('different-time');
  if (gold.readings.length === 0) return unequal('different-text');
  if (answer.text.length > LONGEST_ANSWER) return unequal('answer-too-long');
  if (isWords(answer.text) && /[A-Za-z]{3}/.test(answer.key)) return unequal('words-for-value');
  return judgeReadings(gold, answer, input);
}

/** Without a box or a phrase the last letter that stands alone is the option chosen. */
function judgeChoice(letter: string, answer: Answer, method: Method): Judgement {
  const searched = method === 'whole' || method === 'number' || method === 'formula';
  const chosen = choiceOf(answer.text) ?? (searched ? lastLetter(answer.text) : undefined);
  if (chosen === undefined) return unequal('no-option');
  return chosen === letter ? equal('equal-option') : unequal('different-option');
}

function lastLetter(text: string): string | undefined {
  return text.match(/(?<![A-Za-z'’])[A-J](?![A-Za-z'’])/g)?.at(-1);
}

const SCALARS: ReadonlySet<Node['kind']> = new Set(['number', 'constant', 'sum', 'product', 'power', 'call']);

/** The unit that the problem names may stand behind the value as bare letters, any unit behind the box. */
function withAndWithoutUnit(node: Node, input: JudgeInput): readonly Node[] {
  const {
    options: { unit },
    unitAfter,
    fuel,
    units,
  } = input;
  if (unitAfter !== undefined && SCALARS.has(node.kind))
    return [{ kind: 'quantity', value: node, unit: unitAfter }];
  const value = unit === undefined ? undefined : withoutGivenUnit(node, unit, fuel, units);
  return value ? [node, value] : [node];
}

function judgeReadings(gold: Gold, answer: Answer, input: JudgeInput): Judgement {
  const readings = answer.readings();
  if (readings.length === 0) return unequal('unreadable');
  const judge: Judge = { ...input, values: compareValues };
  let first: Judgement | undefined;
  for (const goldNode of gold.readings) {
    for (const answerNode of readings.flatMap((node) => withAndWithoutUnit(node, input))) {
      const judgement = judgeNode(goldNode, answerNode, judge);
      if (judgement.equal) return judgement;
      first ??= judgement;
    }
  }
  return first ?? unequal('unreadable');
}

function judgeNode(gold: Node, answer: Node, judge: Judge): Judgement {
  const judgement = compareValues(gold, withConditions(conclusionOf(answer)), judge);
  return judgement.equal && contradictsItself(answer, judge) ? unequal('contradiction') : judgement;
}
