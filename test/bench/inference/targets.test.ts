import { expect, it } from 'vitest';
import type { Standing } from '#bench/inference/race.ts';
import { targetsOf } from '#bench/inference/targets.ts';

function standing(tokensPerSecond: number): Standing {
  return {
    loadSeconds: 1,
    firstTokenSeconds: 1,
    peakBytes: 1,
    foreignPercent: 0,
    cases: new Map([['8x128', { tokensPerSecond, promptTokensPerSecond: 1 }]]),
  };
}

const standings = new Map([
  ['oneshot fp32', standing(100)],
  ['oneshot int8', standing(120)],
  ['llama.cpp Q4_0', standing(150)],
  ['genai int4', standing(60)],
]);
const aim = { at: '8x128', of: 'tokensPerSecond', times: 1 } as const;

it('sets the fastest of ours against the fastest of theirs, and says who that was', () => {
  const [target] = targetsOf([{ ...aim, ours: 'oneshot', theirs: ['llama.cpp', 'genai'] }], standings);
  expect(target).toEqual({
    what: 'decoding 8x128: oneshot int8 ÷ llama.cpp Q4_0 ≥ 1',
    value: 0.8,
    target: 1,
    met: false,
  });
});

it('leaves out what was not measured on both sides', () => {
  const absent = { ...aim, ours: 'oneshot', theirs: ['node-llama-cpp'] };
  const elsewhere = { ...aim, ours: 'oneshot', theirs: ['genai'], at: '1x128' };
  expect(targetsOf([absent, elsewhere], standings)).toEqual([]);
});
