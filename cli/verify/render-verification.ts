import type { Verification } from '#shared/verifier/verification.ts';
import { renderRows } from './render-rows.ts';

/** Verdict, extracted answer and reason, a line each. */
export function renderVerification({ verdict, extracted, reason }: Verification): string {
  return renderRows([
    ['verdict', [verdict]],
    ['extracted', [extracted ?? '(nothing)']],
    ['reason', [reason]],
  ]);
}
