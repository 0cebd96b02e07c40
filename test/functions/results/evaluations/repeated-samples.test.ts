import { expect, it } from 'vitest';
import { repeatedSamples } from '#functions/results/evaluations/repeated-samples.ts';
import type { ScoredItem } from '#shared/records/evaluations.ts';

/** @param said - of each sample, `r` for right, `-` for none, else the wrong answer */
function samplesOf(problem: string, said: string): ScoredItem[] {
  return [...said].map((each, sample) => ({
    ...{ problem, sample, tokens: 1, truncated: false, boxed: true, reflection: [] },
    verdicts: {
      reward: {
        verdict: each === 'r' ? 'correct' : each === '-' ? 'no-answer' : 'incorrect',
        reason: 'r',
        ...(each !== '-' && { extracted: each }),
      },
    },
  }));
}

const sets = [
  { benchmark: 'one', samples: 1 },
  { benchmark: 'six', samples: 6 },
];

it('has pass@k at powers of two and at all samples, maj@k, and the hardest problems first', () => {
  const items = [
    ...samplesOf('one/0', 'r'),
    ...samplesOf('six/0', 'rrrrrr'),
    ...samplesOf('six/1', 'rr3333'),
    ...samplesOf('six/2', '33--33'),
    ...samplesOf('six/3', 'rr'),
  ];
  const [six, ...others] = repeatedSamples(items, 'reward', sets);
  expect(others).toEqual([]);
  expect(six?.problems.map(({ id }) => id)).toEqual(['six/2', 'six/1', 'six/0']); // not all of six/3 is judged
  expect(six?.problems[1]?.right).toEqual([true, true, false, false, false, false]);
  expect(six?.passAt.map(({ k }) => k)).toEqual([1, 2, 4, 6]);
  const expected = [(1 + 2 / 6) / 3, (1 + 9 / 15) / 3, (1 + 14 / 15) / 3, 2 / 3];
  for (const [index, { mean, interval }] of (six?.passAt ?? []).entries()) {
    expect(mean).toBeCloseTo(expected[index] as number, 12);
    expect(interval[0]).toBeLessThan(mean);
    expect(interval[1]).toBeGreaterThan(mean);
  }
  expect(six?.majority.mean).toBeCloseTo(1 / 3, 12);
});

it('takes samples by their number, whatever shard came first', () => {
  const items = samplesOf('six/0', 'r33333').toReversed();
  expect(repeatedSamples(items, 'reward', sets)[0]?.problems[0]?.right[0]).toBe(true);
});

it('leaves out a benchmark none of whose problems has all its samples', () => {
  expect(repeatedSamples(samplesOf('six/0', 'rrr'), 'reward', sets)).toEqual([]);
});
