import { correctChoice } from './choice-letter.ts';
import { equalPaperEval } from './equal-paper-eval.ts';
import { extractPaperAnswer, type PaperAnswer } from './extract-paper-answer.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';
import { LONGEST_ANSWER, type PaperVerdict } from './paper-verdict.ts';
import { stripString } from './strip-string.ts';

/** What the paper's evaluation is given for one completion. */
export interface PaperEvalInput {
  /** Where the gold comes from: a reference solution with its box, or the answer field of a set. */
  readonly gold: string;
  /** What follows the prompt, without stop strings. */
  readonly completion: string;
  /** Unit words stay, as on Minerva Math. */
  readonly keepUnits: boolean;
}

/**
 * Grades as the paper's evaluation does (`paper-eval`): extraction, normalisation, choice letters, equality. For
 * comparison with published figures only: 1280 and 0.128 are right for 12.8. Never throws.
 *
 * @see Qwen2.5-Eval/evaluation of the paper's public code, which is Qwen2.5-Math's
 */
export function gradePaperEval(input: PaperEvalInput & { readonly symbolic: PaperSymbolic }): PaperVerdict {
  const answer = extractPaperAnswer(input.completion);
  const span = answer?.span ?? null;
  const extracted = span && input.completion.slice(...span);
  const reason = decide(input, answer);
  const correct = reason.startsWith('equal');
  return { correct, extracted, span, reason: answer || correct ? reason : 'no-answer' };
}

function decide(
  input: PaperEvalInput & { readonly symbolic: PaperSymbolic },
  answer: PaperAnswer | undefined,
): string {
  const source = goldText(input.gold);
  if (source.length > LONGEST_ANSWER) return 'gold-too-long';
  if ((answer?.text.length ?? 0) > LONGEST_ANSWER) return 'answer-too-long';
  const { gold, prediction } = normalized(input, source, answer);
  if (prediction.length > LONGEST_ANSWER) return 'answer-too-long'; // a choice letter looked for in vain
  return equalPaperEval(prediction, gold, input.symbolic);
}

/** The two texts that are compared: the gold normalised once, the prediction twice and its choice letter corrected. */
export function paperEvalTexts(input: PaperEvalInput): { gold: string; prediction: string } {
  return normalized(input, goldText(input.gold), extractPaperAnswer(input.completion));
}

function goldText(source: string): string {
  return source.includes('boxed') ? clean(extractPaperAnswer(source)) : source;
}

function normalized(
  { completion, keepUnits }: PaperEvalInput,
  source: string,
  answer: PaperAnswer | undefined,
): { gold: string; prediction: string } {
  const gold = stripString(source, { keepUnits });
  const prediction = stripString(stripString(clean(answer), { keepUnits }), { keepUnits });
  return { gold, prediction: correctChoice(gold, prediction, completion) };
}

/** One line, without one leading colon, one trailing dot, one trailing slash. */
function clean(answer: PaperAnswer | undefined): string {
  return (answer?.text ?? '')
    .replaceAll(/\n\s*/g, '')
    .replace(/^:/, '')
    .replace(/\.$/, '')
    .replace(/\/$/, '');
}
