import { describe, expect, it } from 'vitest';
import { engineSampler } from '#trainer/samplers/engine-sampler.ts';
import { makeSampler } from '#trainer/samplers/make-sampler.ts';
import { turnsOf } from '#trainer/samplers/server-env.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const place = {
  published: '/nowhere',
  canaryPrompt: Int32Array.of(1),
  turns: turnsOf({}),
  log: () => undefined,
};
const settings = (sampler?: object) => RunSettings.parse({ recipe: 'r', steps: 1, sampler });

describe('makeSampler', () => {
  it('is the engine unless the run says otherwise', () => {
    expect(makeSampler(settings(), place, {})).toBe(engineSampler);
  });

  it.each([undefined, '', 'localhost:8000', 'http://a b'])(
    'says what to set where the address is %j',
    (url) => {
      const make = () => makeSampler(settings({ kind: 'vllm' }), place, { ONESHOT_SAMPLER_URL: url });
      expect(make).toThrow(expect.objectContaining({ code: 'sampler-needed' }));
    },
  );
});
