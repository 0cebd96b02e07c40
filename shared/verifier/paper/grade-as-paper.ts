import type { GoldType, PaperMode, Verification, VerifyInput } from '../verification.ts';
import { gradePaperEval } from './grade-paper-eval.ts';
import { gradePaperTrain } from './grade-paper-train.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';

/** The paper's graders read completions in their own way; a bare answer is put in a box for them. */
export function gradeAsPaper(
  input: VerifyInput,
  mode: PaperMode,
  goldType: GoldType,
  symbolic: PaperSymbolic,
): Verification {
  const golds = typeof input.gold === 'string' ? [input.gold] : input.gold;
  const completion = 'answer' in input ? `\\boxed{${input.answer}}` : input.completion;
  const keepUnits = input.options?.keepUnits ?? false;
  const graded = golds.map((gold) =>
    mode === 'paper-train'
      ? gradePaperTrain({ gold, completion, symbolic })
      : gradePaperEval({ gold, completion, keepUnits, symbolic }),
  );
  const best = graded.find(({ correct }) => correct) ?? graded[0];
  return {
    verdict: best?.correct ? 'correct' : best?.extracted === null ? 'no-answer' : 'incorrect',
    extracted: best?.extracted ?? null,
    span: best?.span ?? null,
    method: 'answer' in input ? 'given' : best?.extracted ? 'box' : 'none',
    goldType,
    reason: best?.reason ?? 'gold-invalid',
    fuel: 0,
  };
}
