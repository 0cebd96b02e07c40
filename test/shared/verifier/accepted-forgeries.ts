import { Random } from '#bench/verifier/random.ts';
import { verify } from '#shared/verifier/verify.ts';
import type { Family } from './adversary.ts';

/** The wrong answers of a family that a mode takes for right ones; there must be none. */
export function acceptedForgeries(family: Family, count: number, seed: number): string[] {
  const random = new Random(seed);
  const accepted: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { gold, answer } = family(random);
    const mode = index % 2 === 0 ? 'reward' : 'benchmark';
    const { verdict } = verify({ gold, completion: `So it is $\\boxed{${answer}}$.`, mode });
    if (verdict === 'correct') accepted.push(`${gold} accepts ${answer} in ${mode}`);
  }
  return accepted;
}
