import type { Verification } from '#shared/verifier/verification.ts';

/** The JSON that is printed for a verification. */
export interface Result {
  readonly correct: boolean;
  readonly verdict: Verification['verdict'];
  readonly extracted: string | null;
  readonly reason: string;
}

export function toResult({ verdict, extracted, reason }: Verification): Result {
  return { correct: verdict === 'correct', verdict, extracted, reason };
}
