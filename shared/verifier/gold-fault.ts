import { parseAnswer } from './parse-answer.ts';

/** The longest answer that is read, in UTF-16 code units, and the most digits in it: exact arithmetic on them is milliseconds. */
const LONGEST_ANSWER = 20_000;
const MOST_DIGITS = 10_000;

export type LengthFault = 'answer-too-long' | 'number-too-long';

/** Why an answer is too long to be compared, if it is. */
export function lengthFault(answer: string): LengthFault | undefined {
  if (answer.length > LONGEST_ANSWER) return 'answer-too-long';
  return answer.replaceAll(/[^0-9]/g, '').length > MOST_DIGITS ? 'number-too-long' : undefined;
}

/**
 * Why a reference answer can never be matched by any completion, or `undefined` if it can: sets with such golds
 * are refused or their problems excluded, rather than scored 0. Of several golds each must be comparable.
 */
export function goldFault(gold: string | readonly string[]): string | undefined {
  if (typeof gold === 'string') return faultOf(gold);
  if (gold.length === 0) return 'empty';
  return gold.map(faultOf).find((fault) => fault !== undefined);
}

function faultOf(gold: string): string | undefined {
  const tooLong = lengthFault(gold);
  if (tooLong) return tooLong;
  if (!balancedBraces(gold)) return 'unbalanced-braces';
  if (/<\/?think>/.test(gold)) return 'think-tag';
  const { value } = parseAnswer(gold);
  return value.kind === 'text' && value.text === '' ? 'empty' : undefined;
}

/** A box closes where its braces balance, so a gold whose braces do not could never stand in one. */
function balancedBraces(text: string): boolean {
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
