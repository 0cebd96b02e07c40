import { looksLikeInteger } from './normalize-symbolic.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';
import { dropThousandsCommas } from './thousands-commas.ts';

/**
 * Compares two normalised answers of the training grader, as tuples where they are written so.
 *
 * @returns the rule that decided; the answers are equal where it begins with `equal`
 * @see verl/utils/reward_score/deepscaler.py and its utilities in the paper's public code
 */
export function equalElements(label: string, answer: string, symbolic: PaperSymbolic): string {
  if (label === answer) return 'equal-normalized';
  if (answer === '') return 'empty-answer';
  const labels = splitTuple(label);
  const answers = splitTuple(answer);
  const sameEnds = label.at(0) === answer.at(0) && label.at(-1) === answer.at(-1);
  if (labels.length > 1 && !sameEnds) return 'different-brackets';
  if (labels.length !== answers.length) return 'different-count';
  for (const [at, each] of labels.entries()) {
    const reason = equalElement(each, answers[at] ?? '', symbolic);
    if (!reason.startsWith('equal')) return reason;
  }
  return 'equal-symbolic';
}

const BRACKETED = /^[()[\]][^()[\]]+[()[\]]$/;

/** `1,2` is one element, `(1,2)` two. */
function splitTuple(text: string): string[] {
  const plain = dropThousandsCommas(text);
  if (plain === '') return [];
  if (!BRACKETED.test(plain)) return [plain];
  return plain
    .slice(1, -1)
    .split(',')
    .map((element) => element.trim());
}

const FRACTION = /^-?[0-9]+[^\n]?\/0*[1-9][0-9]*[^\n]?$/u;

function equalElement(label: string, answer: string, symbolic: PaperSymbolic): string {
  if (FRACTION.test(label) && FRACTION.test(answer)) return label === answer ? 'equal' : 'different-fraction';
  if (looksLikeInteger(label) !== looksLikeInteger(answer)) return 'only-one-integer';
  if (!isAlgebraAllowed(`(${label})-(${answer})`)) return 'no-algebra';
  return symbolic.equal(label, answer, 'python') ? 'equal' : 'unequal';
}

/** The paper's guard of sympy: at most two different letters, no braced exponent, no large or stacked one. */
function isAlgebraAllowed(difference: string): boolean {
  if (/\^[{(]|\^[0-9]+\^|\^[0-9]{2}/.test(difference)) return false;
  const letters = difference.replaceAll('sqrt', '').replaceAll('frac', '').match(/\p{L}/gu);
  return new Set(letters).size <= 2;
}
