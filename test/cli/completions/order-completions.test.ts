import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExpectedSet, orderCompletions } from '#cli/completions/order-completions.ts';
import type { Completion } from '#shared/records/evaluations.ts';

const problemsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `${name}/${n}`, problem: '?', answer: '1' }));
const sets: readonly ExpectedSet[] = [
  { name: 'b', samples: 2, problems: problemsOf('b', 3) },
  { name: 'a', samples: 1, problems: problemsOf('a', 2) },
];
const expected: readonly Completion[] = sets.flatMap(({ problems, samples }) =>
  problems.flatMap(({ id }) =>
    Array.from({ length: samples }, (_, sample) => ({
      ...{ problem: id, sample, text: `${id} ${sample}`, tokens: 3 },
      finish: 'stop' as const,
    })),
  ),
);
const lines = (all: readonly object[]) => all.map((each) => `${JSON.stringify(each)}\n`).join('');
const order = (text: string) => orderCompletions(text, sets, 'my.jsonl');

describe('completions of a file', () => {
  it('come in the order of benchmarks, problems and samples, however they stand in it', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...expected], { minLength: expected.length }), (shuffled) => {
        expect(order(lines(shuffled))).toEqual(expected);
      }),
    );
  });

  it.each([
    ['no JSON', 'nonsense\n', 'line 2'],
    ['no completion', '{"problem":"b/0"}\n', 'line 2'],
    ['of another problem', lines([{ ...expected[0], problem: 'c/0' }]), 'no problem of b, a is named c/0'],
    ['of a sample too many', lines([{ ...expected[0], sample: 2 }]), 'they count from 0, and it has 2'],
    ['twice the same', lines([expected[0] as Completion]), 'sample 0 of b/0 stands in an earlier line'],
  ])('are refused with the line that is %s', (_, bad, why) => {
    const text = lines(expected.slice(0, 1)) + bad;
    expect(() => order(text)).toThrow(expect.objectContaining({ code: 'completions-invalid' }));
    expect(() => order(text)).toThrow('my.jsonl, line 2, is no completion to push');
    expect(() => order(text)).toThrow(why);
  });

  it('are refused where one lacks, which is named', () => {
    const text = lines(expected.filter((_, index) => index !== 3 && index !== 6));
    expect(() => order(text)).toThrow(expect.objectContaining({ code: 'completions-missing' }));
    expect(() => order(text)).toThrow('lacks 2 of 8 completions, the first of them sample 1 of b/1');
  });
});
