import type { Restriction } from '../ports/generator.ts';

/**
 * Sets the masses of tokens to 0 that may not be drawn: by min-p first, then top-k, then top-p, as vLLM does.
 *
 * @param masses - of which the largest is 1
 * @param total - their sum
 * @returns the sum of those that are left
 */
export function restrictMasses(
  masses: Float64Array,
  total: number,
  { topP, topK, minP }: Restriction,
): number {
  const floor = Math.max(minP ?? 0, topK === undefined ? 0 : largest(masses, topK));
  if (floor > 0) for (let i = 0; i < masses.length; i++) if ((masses[i] as number) < floor) masses[i] = 0;
  const left = floor > 0 ? sum(masses) : total;
  if (topP >= 1) return left;
  keepNucleus(masses, topP * left, left);
  return sum(masses);
}

/** The k-th largest value, by Hoare's selection; 0 where there are not so many. */
function largest(values: Float64Array, k: number): number {
  if (k >= values.length) return 0;
  const left = values.slice();
  let [from, to] = [0, left.length - 1];
  const wanted = left.length - k; // in ascending order
  while (from < to) {
    const pivot = left[(from + to) >> 1] as number;
    let [i, j] = [from, to];
    while (i <= j) {
      while ((left[i] as number) < pivot) i++;
      while ((left[j] as number) > pivot) j--;
      if (i > j) break;
      [left[i], left[j]] = [left[j] as number, left[i] as number];
      i++;
      j--;
    }
    if (wanted <= j) to = j;
    else if (wanted >= i) from = i;
    else break;
  }
  return left[wanted] as number;
}

/**
 * Sets to 0 what the nucleus leaves out. Tokens below `floor` weigh less than `total - wanted` even all together, so
 * that the nucleus ends before the first of them: only the others, a few of a large vocabulary, are sorted.
 */
function keepNucleus(masses: Float64Array, wanted: number, total: number): void {
  const floor = (total - wanted) / masses.length;
  const order: number[] = [];
  for (let token = 0; token < masses.length; token++) {
    if ((masses[token] as number) >= floor) order.push(token);
    else masses[token] = 0;
  }
  order.sort((a, b) => (masses[b] as number) - (masses[a] as number) || a - b);
  let kept = 0;
  for (const token of order) {
    if (kept >= wanted) masses[token] = 0;
    else kept += masses[token] as number;
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
