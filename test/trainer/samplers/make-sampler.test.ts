import { describe, expect, it } from 'vitest';
import { unshared } from '#shared/adapters/vllm/gpu-lock.ts';
import { engineSampler } from '#trainer/samplers/engine-sampler.ts';
import { makeSampler } from '#trainer/samplers/make-sampler.ts';
import { OnnxSampler } from '#trainer/samplers/onnx-sampler.ts';
import { samplerServers, turnsOf } from '#trainer/samplers/server-env.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const place = {
  published: '/nowhere',
  canaryPrompt: Int32Array.of(1),
  turns: turnsOf({}),
  interruption: new AbortController().signal,
  onProgress: () => undefined,
  log: () => undefined,
};
const settings = (sampler?: object) => RunSettings.parse({ recipe: 'r', steps: 1, sampler });

describe('samplerServers', () => {
  it('reads one address or several, and the key', () => {
    const env = { ONESHOT_SAMPLER_URL: 'http://127.0.0.1:1/, https://b:2', ONESHOT_SAMPLER_KEY: 'k' };
    expect(samplerServers(env)).toEqual({ urls: ['http://127.0.0.1:1', 'https://b:2'], apiKey: 'k' });
  });
});

describe('turnsOf', () => {
  it('are of nobody without a lock, of requests with one, and of steps where the device is shared', () => {
    expect(turnsOf({})).toEqual({ step: unshared, requests: unshared, sleeps: false });
    const lock = { ONESHOT_SERVER_LOCK: `turns-${process.pid}` };
    expect(turnsOf(lock)).toEqual({ step: unshared, requests: expect.any(Function), sleeps: false });
    const steps = turnsOf({ ...lock, ONESHOT_SERVER_TURNS: 'steps' });
    expect(steps).toEqual({ step: expect.any(Function), requests: unshared, sleeps: true });
    expect(steps.step).not.toBe(unshared);
    const awake = { ...lock, ONESHOT_SERVER_TURNS: 'steps', ONESHOT_SERVER_SLEEPS: 'false' };
    expect(turnsOf(awake).sleeps).toBe(false);
  });

  it('are waited for no longer than the driver lives', async () => {
    const interruption = new AbortController();
    const lock = { ONESHOT_SERVER_LOCK: `waits-${process.pid}` };
    const { requests } = turnsOf(lock, { signal: interruption.signal });
    await requests(async () => {
      const waiting = requests(async () => 'mine');
      interruption.abort('SIGTERM');
      await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
    });
  });
});

describe('makeSampler', () => {
  it('is the engine unless the run says otherwise', () => {
    expect(makeSampler(settings(), place, {})).toBe(engineSampler);
  });

  it('is our decoder, which needs no address, where the run says so', () => {
    const make = makeSampler(settings({ kind: 'onnx' }), place, {});
    const engine = { call: () => Promise.reject(new Error('not yet')) };
    expect(make(engine, { run: 'r', incarnation: 1 })).toBeInstanceOf(OnnxSampler);
  });

  it.each([undefined, '', 'localhost:8000', 'http://a b'])(
    'says what to set where the address is %j',
    (url) => {
      const make = () => makeSampler(settings({ kind: 'vllm' }), place, { ONESHOT_SAMPLER_URL: url });
      expect(make).toThrow(expect.objectContaining({ code: 'sampler-needed' }));
    },
  );
});
