import type { Answer, TupleAnswer, Value } from './parse-answer.ts';
import type { NumberAnswer } from './parse-number.ts';
import { equals, roundsTo, scaleByPowerOfTen } from './rational.ts';

export interface Comparison {
  readonly equal: boolean;
  /** The rule that decided, such as `equal-number`. */
  readonly reason: string;
}

/** Whether an answer states the value of the reference answer. In doubt it does not. */
export function compare(gold: Answer, answer: Answer): Comparison {
  if (gold.value.kind !== answer.value.kind) return { equal: false, reason: 'different-type' };
  if (gold.name !== null && answer.name !== null && gold.name !== answer.name) {
    return { equal: false, reason: 'different-name' };
  }
  const equal = sameValue(gold.value, answer.value);
  return { equal, reason: `${equal ? 'equal' : 'different'}-${gold.value.kind}` };
}

function sameValue(gold: Value, answer: Value): boolean {
  if (gold.kind === 'number') return answer.kind === 'number' && sameNumber(gold, answer);
  if (gold.kind === 'tuple') return answer.kind === 'tuple' && sameTuple(gold, answer);
  return answer.kind === 'text' && gold.text === answer.text;
}

function sameTuple(gold: TupleAnswer, answer: TupleAnswer): boolean {
  return (
    gold.brackets === answer.brackets &&
    gold.items.length === answer.items.length &&
    gold.items.every((item, index) => sameValue(item, answer.items[index] as Value)) // equal lengths
  );
}

/** With a percent sign on one side only, `p%` equals `p` and `p/100`; without one, x and x/100 differ. */
function sameNumber(gold: NumberAnswer, answer: NumberAnswer): boolean {
  if (statesValue(gold, answer)) return true;
  if (gold.percent === answer.percent) return false;
  return gold.percent ? statesValue(hundredth(gold), answer) : statesValue(gold, hundredth(answer));
}

function hundredth(number: NumberAnswer): NumberAnswer {
  const { value, decimal } = number;
  return {
    ...number,
    value: scaleByPowerOfTen(value, -2),
    decimal: decimal && { ...decimal, places: decimal.places + 2 },
  };
}

const GOLD_DIGITS = 3;
const ANSWER_DIGITS = 6;

/**
 * Equal, or one is the other rounded: a decimal gold of 3 significant digits or more stands for every value that
 * rounds to it, and a decimal answer may stand for an exact gold if it keeps 6 significant digits or more.
 */
function statesValue(gold: NumberAnswer, answer: NumberAnswer): boolean {
  if (equals(gold.value, answer.value)) return true;
  if (gold.decimal) {
    return (
      gold.decimal.significantDigits >= GOLD_DIGITS && roundsTo(answer.value, gold.value, gold.decimal.places)
    );
  }
  const { decimal } = answer;
  return (
    decimal !== null &&
    decimal.significantDigits >= ANSWER_DIGITS &&
    roundsTo(gold.value, answer.value, decimal.places)
  );
}
