import { describe, expect, it } from 'vitest';
import { BENCHMARK_NAMES } from '#shared/benchmarks/benchmark-names.ts';
import { benchmarks } from '#shared/benchmarks/registry.ts';

describe('BENCHMARK_NAMES', () => {
  it('names what the registry holds, in its order', () => {
    expect(benchmarks.map(({ name }) => name)).toEqual([...BENCHMARK_NAMES]);
  });
});
