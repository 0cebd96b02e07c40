/** 97.5 % quantile of the standard normal distribution. */
import type { Interval } from '../records/summary.ts';

const Z = 1.959963984540054;

/**
 * 95 % interval of a proportion, which stays inside [0, 1] and does not collapse at 0 or 1.
 *
 * @param correct - 0 ≤ correct ≤ n
 * @param n - at least 1
 * @see Wilson 1927, "Probable inference, the law of succession, and statistical inference"
 */
export function wilsonInterval(correct: number, n: number): Interval {
  const p = correct / n;
  const centre = p + Z ** 2 / (2 * n);
  const margin = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  // Rounding must not leave the interval, nor cut the proportion itself off at 0 and 1.
  return [
    Math.max(0, Math.min(p, (centre - margin) / scale)),
    Math.min(1, Math.max(p, (centre + margin) / scale)),
  ];
}
