import type { Verifier } from '#shared/verifier/verification.ts';
import { median } from '../quantile.ts';

const PASSES = 5;

/** Judges one thing, whatever it is. */
export type Judge<T> = (each: T, verifier: Verifier) => unknown;

/**
 * Milliseconds that each case takes: the median of five passes, which a pause of the machine does not move, each
 * with a verifier that knows no gold yet.
 */
export function latenciesMs<T>(cases: readonly T[], judge: Judge<T>, newVerifier: () => Verifier): number[] {
  const passes = Array.from({ length: PASSES }, () => {
    const verifier = newVerifier();
    return cases.map((each) => timeMs(() => judge(each, verifier)));
  });
  return cases.map((_, index) => median(passes.map((pass) => pass[index] ?? Number.NaN)));
}

function timeMs(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** How many of the slowest are timed again. */
const SUSPECTS = 20;

/** Milliseconds of the slowest of very many cases: those that were slowest in a first pass are timed again. */
export function slowestMs<T>(
  count: number,
  caseAt: (index: number) => T,
  judge: Judge<T>,
  newVerifier: () => Verifier,
): number {
  const verifier = newVerifier();
  const times = Float64Array.from({ length: count }, (_, index) => {
    const each = caseAt(index);
    return timeMs(() => judge(each, verifier));
  });
  const suspects = Array.from(times.keys())
    .sort((one, other) => (times[other] ?? 0) - (times[one] ?? 0))
    .slice(0, SUSPECTS);
  return Math.max(...latenciesMs(suspects.map(caseAt), judge, newVerifier));
}
