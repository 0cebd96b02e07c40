import { describe, expect, it } from 'vitest';
import { benchmarkByName, benchmarks, expectedTokens } from '#shared/benchmarks/registry.ts';

describe('benchmarkByName', () => {
  it('scores the paper’s small sets by eight samples at 0.6 and the others greedily', () => {
    expect(benchmarkByName('aime24')).toMatchObject({ samples: 8, temperature: 0.6, maxTokens: 3072 });
    expect(benchmarkByName('math500')).toMatchObject({ samples: 1, temperature: 0, maxTokens: 3072 });
  });

  it('gives each set of the microcosm the protocol of its namesake, with 64 new tokens', () => {
    for (const set of ['math500', 'aime24', 'amc23', 'aime25']) {
      const { samples, temperature } = benchmarkByName(set);
      expect(benchmarkByName(`micro-${set}`)).toMatchObject({ samples, temperature, maxTokens: 64 });
    }
  });

  it('makes the problems of a set on the spot', () => {
    const counts = benchmarks.flatMap(({ source }) =>
      'procedural' in source ? [source.procedural().length] : [],
    );
    expect(counts).toEqual([210, 30, 40, 100, 140, 30]);
  });

  it('names the known benchmarks when asked for another', () => {
    expect(() => benchmarkByName('gsm8k')).toThrow(
      expect.objectContaining({
        code: 'benchmark-unknown',
        message: expect.stringContaining('micro-aime25'),
      }),
    );
  });
});

describe('expectedTokens', () => {
  it('takes a set of the user to be like the real ones', () => {
    expect([expectedTokens('aime24'), expectedTokens('micro-aime24'), expectedTokens('my-set')]).toEqual([
      900, 20, 900,
    ]);
  });
});
