import { describe, expect, it } from 'vitest';
import { fuzzCase } from '#bench/verifier/fuzz.ts';
import { FUEL_PER_VERDICT } from '#shared/verifier/fuel.ts';
import type { Verification } from '#shared/verifier/verification.ts';
import { verify } from '#shared/verifier/verify.ts';

const CASES = 200_000;
const PARTS = 10;
const IN_A_PART = CASES / PARTS;
/** Every so many cases are asked twice. */
const SAMPLE = 7;

describe(`verify of ${CASES} fuzzed strings`, () => {
  it.each(Array.from({ length: PARTS }, (_, part) => part * IN_A_PART))(
    `never throws, keeps to its fuel and says the same twice, from case %i on`,
    (first) => {
      const broken: string[] = [];
      for (let index = first; index < first + IN_A_PART; index += 1) {
        const fault = faultOf(index);
        if (fault) broken.push(fault);
      }
      expect(broken).toEqual([]);
    },
  );
});

/** What is wrong with a case, if anything is. */
function faultOf(index: number): string | undefined {
  const told = (what: string) => `${what}: ${index} ${JSON.stringify(fuzzCase(index))}`;
  try {
    const first = judge(index);
    if (!(first.fuel <= FUEL_PER_VERDICT)) return told(`fuel ${first.fuel}`);
    // a stack that overflows is caught as such, and a fault all the same
    if (first.reason === 'out-of-range') return told(first.reason);
    const same = index % SAMPLE !== 0 || JSON.stringify(first) === JSON.stringify(judge(index));
    return same ? undefined : told('another verdict');
  } catch (error) {
    return told(`${error}`);
  }
}

/** Bare answers and boxed ones by turns. */
function judge(index: number): Verification {
  const { gold, answer } = fuzzCase(index);
  return index % 2 === 0
    ? verify({ gold, answer, mode: 'reward' })
    : verify({ gold, completion: `so \\boxed{${answer}}.`, mode: 'reward' });
}
