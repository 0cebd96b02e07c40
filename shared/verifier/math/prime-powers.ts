import type { Fuel } from '../fuel.ts';

const LARGEST = 1_000_000_000_000n;
const LAST_DIVISOR = 1_000;

/**
 * The prime factors of a positive number with their multiplicities, by trial division.
 *
 * @returns `undefined` where a factor above 1,000 remains that may not be prime
 */
export function primePowers(value: bigint, fuel: Fuel): ReadonlyMap<bigint, bigint> | undefined {
  if (value > LARGEST || value < 1n) return undefined;
  const found = new Map<bigint, bigint>();
  let left = Number(value); // at most 10^12, exactly
  for (
    let divisor = 2;
    divisor <= LAST_DIVISOR && divisor * divisor <= left;
    divisor += divisor === 2 ? 1 : 2
  ) {
    while (left % divisor === 0) {
      found.set(BigInt(divisor), (found.get(BigInt(divisor)) ?? 0n) + 1n);
      left /= divisor;
    }
  }
  fuel.spend(8);
  if (left > LAST_DIVISOR * LAST_DIVISOR) return undefined;
  if (left > 1) found.set(BigInt(left), (found.get(BigInt(left)) ?? 0n) + 1n);
  return found;
}
