/**
 * The answer verifier: did a completion give the reference answer?
 *
 * `extract-box.ts` finds the answer, `clean-latex.ts` removes what typesetting adds, `parse-answer.ts` and
 * `parse-number.ts` read it as a typed value, `compare.ts` decides, `gold-fault.ts` names golds that nothing can match.
 */
import type { VerdictKind } from '../messages.ts';
import { compare } from './compare.ts';
import { extractBox } from './extract-box.ts';
import { goldFault, lengthFault } from './gold-fault.ts';
import { type Answer, parseAnswer } from './parse-answer.ts';
import type { GoldType, Mode, Verification } from './verification.ts';

/** Changes with every change of any verdict. */
export const verifierVersion = 'boxed-1';

/**
 * Judges one completion. The verdict depends on the arguments and `verifierVersion` alone; it never throws, never
 * runs text as code, and its work is linear in the length of the arguments.
 *
 * @param gold - the reference answer; of several, any one counts
 * @param mode - `reward`: the boxed answer must equal the gold; `format`: any closed, non-empty last box will do
 */
export function verify({
  gold,
  completion,
  mode,
}: {
  readonly gold: string | readonly string[];
  readonly completion: string;
  readonly mode: Mode;
}): Verification {
  const golds = typeof gold === 'string' ? [gold] : gold;
  const answers = goldFault(golds) === undefined ? golds.map(parseAnswer) : [];
  const judged = judge(answers, completion, mode);
  return {
    extracted: null,
    span: null,
    method: judged.span ? 'box' : 'none',
    goldType: goldType(answers),
    fuel:
      completion.length + golds.reduce((total, each) => total + each.length, judged.extracted?.length ?? 0),
    ...judged,
  };
}

type Judgement = { readonly verdict: VerdictKind; readonly reason: string } & Partial<
  Pick<Verification, 'extracted' | 'span'>
>;

function judge(golds: readonly Answer[], completion: string, mode: Mode): Judgement {
  const box = extractBox(completion);
  const found = box.kind === 'box' ? { extracted: box.text, span: box.span } : {};
  if (mode === 'reward' && golds.length === 0)
    return { ...found, verdict: 'incorrect', reason: 'gold-invalid' };
  if (box.kind === 'none') return { verdict: 'no-answer', reason: box.reason };
  if (mode === 'format') return { ...found, verdict: 'correct', reason: 'boxed' };
  const tooLong = lengthFault(box.text);
  if (tooLong) return { ...found, verdict: 'too-hard', reason: tooLong };
  const answer = parseAnswer(box.text);
  if (answer.value.kind === 'text' && answer.value.text === '') {
    return { ...found, verdict: 'no-answer', reason: 'empty-box' };
  }
  const comparisons = golds.map((gold) => compare(gold, answer));
  const decisive = comparisons.find(({ equal }) => equal) ?? comparisons[0];
  return {
    ...found,
    verdict: decisive?.equal ? 'correct' : 'incorrect',
    reason: decisive?.reason ?? 'gold-invalid',
  };
}

function goldType(golds: readonly Answer[]): GoldType {
  return golds[0]?.value.kind ?? 'invalid';
}
