import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VerifyInput } from '#shared/verifier/verification.ts';
import { verify } from '#shared/verifier/verify.ts';
import type { VerifyCase, VerifyResult } from './verify-case.ts';

/** Cases after which others get their turn: the worst of them take tens of milliseconds. */
const CASES_A_TURN = 8;

/** Judges cases in their order. */
export async function verifyCases(cases: readonly VerifyCase[]): Promise<VerifyResult[]> {
  const results: VerifyResult[] = [];
  for (const [index, each] of cases.entries()) {
    if (index > 0 && index % CASES_A_TURN === 0) await nextTurn();
    const { verdict, extracted, reason } = verify({ ...inputOf(each), mode: each.mode });
    results.push({ id: each.id, correct: verdict === 'correct', verdict, extracted, reason });
  }
  return results;
}

function inputOf({ gold, answer, completion, options }: VerifyCase): VerifyInput {
  return answer === undefined ? { gold, options, completion: completion ?? '' } : { gold, options, answer };
}
