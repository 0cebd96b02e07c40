import { describe, expect, it } from 'vitest';
import { evaluationRequest, type StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import type { Problem } from '#shared/records/problems.ts';

const problems: readonly Problem[] = [{ id: 'sums/0', problem: '1 + 1', answer: '2' }];
const protocol = { samples: 1, temperature: 0, topP: 1, maxTokens: 8 };
const sums: StoredBenchmark = { name: 'sums', ...protocol, digest: 's'.repeat(26), problems };

function request(
  benchmarks: readonly StoredBenchmark[],
  graders: readonly ('reward' | 'format')[] = ['reward'],
  samples?: number,
) {
  const names = benchmarks.map(({ name }) => name);
  const settings = { benchmarks: names, template: 'chat', graders, samples } as const;
  return evaluationRequest({ model: 'm'.repeat(26), generatorVersion: '1', benchmarks, settings });
}

describe('evaluationRequest', () => {
  it('is the same for benchmarks and graders that are named twice', () => {
    expect(request([sums, sums])).toEqual(request([sums]));
    expect(request([sums], ['reward', 'format', 'reward'])).toEqual(request([sums], ['reward', 'format']));
  });

  it('takes another number of samples for sets that are not greedy, and refuses it where all are', () => {
    const drawn = { ...sums, name: 'drawn', temperature: 0.6, samples: 8 };
    const of = (benchmarks: readonly StoredBenchmark[]) =>
      request(benchmarks, ['reward'], 3).generation.sets.map(({ samples }) => samples);
    expect(of([drawn, sums])).toEqual([3, 1]);
    expect(() => of([sums])).toThrow(
      expect.objectContaining({ code: 'samples-equal', message: expect.stringContaining('Samples of sums') }),
    );
  });

  it('refuses a benchmark with two problem sets', () => {
    const other = { ...sums, digest: 'o'.repeat(26) };
    expect(() => request([sums, other])).toThrow(expect.objectContaining({ code: 'problem-set-mismatch' }));
  });
});
