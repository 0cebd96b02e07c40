import type { VerifyInput } from '#shared/verifier/verification.ts';
import { verify } from '#shared/verifier/verify.ts';
import type { VerifyCase, VerifyResult } from './verify-case.ts';

/** Judges a case; the hardest take tens of milliseconds. */
export function judgeCase(each: VerifyCase): VerifyResult {
  const { verdict, extracted, reason } = verify({ ...inputOf(each), mode: each.mode });
  return { id: each.id, correct: verdict === 'correct', verdict, extracted, reason };
}

function inputOf({ gold, answer, completion, options }: VerifyCase): VerifyInput {
  return answer === undefined ? { gold, options, completion: completion ?? '' } : { gold, options, answer };
}
