import { describe, expect, it } from 'vitest';
import { interruptibleSampler } from '#trainer/samplers/interruptible-sampler.ts';
import type { Sampler } from '#trainer/samplers/sampler.ts';

const ask = { step: 1, prompts: [], samples: 1, temperature: 1, topP: 1, maxTokens: 1, seed: 1, stop: [] };
const never: Sampler = {
  publish: async () => {},
  sample: () => new Promise(() => {}),
};

describe('a sampler whose driver is told to stop', () => {
  it('is not waited for', async () => {
    const interruption = new AbortController();
    const waiting = interruptibleSampler(never, interruption.signal).sample(ask);
    interruption.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('is not asked any more', async () => {
    const interruption = new AbortController();
    interruption.abort();
    const sampler = interruptibleSampler(never, interruption.signal);
    await expect(sampler.publish(1)).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('answers as ever as long as nobody says so', async () => {
    const sampler: Sampler = { ...never, sample: async () => [] };
    expect(await interruptibleSampler(sampler, new AbortController().signal).sample(ask)).toEqual([]);
  });
});
