import { expect, test } from 'vitest';
import { drawCompletions, MAX_TOKENS, SETS } from '#bench/fleet/completions.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import { sum } from '#shared/metrics/sum.ts';

test('the six sets are asked for as the registry samples them', () => {
  expect(drawCompletions(0)).toHaveLength(2247);
  for (const { benchmark, samples } of SETS) {
    const { maxTokens, ...spec } = benchmarkByName(benchmark);
    expect([spec.samples, maxTokens]).toEqual([samples, MAX_TOKENS]);
  }
});

test('lengths have the means that are stated, some reach the limit, none exceeds it', () => {
  const drawn = Array.from({ length: 40 }, (_, seed) => drawCompletions(seed)).flat();
  for (const { benchmark, meanTokens } of SETS) {
    const tokens = drawn
      .filter(({ problem }) => problem.startsWith(`${benchmark}/`))
      .map((each) => each.tokens);
    expect(Math.abs(sum(tokens) / tokens.length / meanTokens - 1)).toBeLessThan(0.03);
    expect(Math.max(...tokens)).toBe(MAX_TOKENS);
    expect(Math.min(...tokens)).toBeGreaterThan(0);
  }
});

test('a seed has its own lengths', () => {
  expect(drawCompletions(1)).toEqual(drawCompletions(1));
  expect(drawCompletions(1)).not.toEqual(drawCompletions(2));
});
