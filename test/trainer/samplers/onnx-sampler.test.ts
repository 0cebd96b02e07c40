import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import * as memory from '#shared/inference/usable-memory.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import { engineSampler } from '#trainer/samplers/engine-sampler.ts';
import { OnnxSampler, type OnnxSamplerSettings } from '#trainer/samplers/onnx-sampler.ts';
import { type Policy, policyOf } from '#trainer/samplers/policy.ts';
import type { DrawnCompletion, SampleAsk } from '#trainer/samplers/sampler.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { ENGINE, tinyCreate } from '../tiny-engine.ts';

const MODEL = resolve('trainer/microcosm/bases/habit-62-46');
const WEIGHTS = 'model.safetensors';
const ask: SampleAsk = {
  step: 3,
  prompts: [Int32Array.of(5, 60, 7), Int32Array.of(9, 8, 70, 30, 31), Int32Array.of(5, 60, 7)],
  samples: 3,
  temperature: 1,
  topP: 1,
  maxTokens: 10,
  seed: 11,
  stop: [1],
};
const BOUND = 3e-4;

describe('OnnxSampler', () => {
  let engine: EngineProcess;
  let client: EngineClient;
  let policy: Policy;
  let folder: string;
  let interruption: AbortController;

  beforeAll(async () => {
    engine = await startEngine(ENGINE);
    client = engine.client;
    policy = policyOf(client, 'fp32');
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-onnx-'));
    interruption = new AbortController();
    await client.call('create', tinyCreate({ model: MODEL }));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const settings = (changes: Partial<OnnxSamplerSettings> = {}): OnnxSamplerSettings => ({
    ...{ folder, threads: 1, maxMismatch: BOUND, interruption: interruption.signal },
    onProgress: () => undefined,
    ...changes,
  });
  const drawn = async (asked = ask, changes = {}, from = policy) => {
    const sampler = new OnnxSampler(from, settings(changes));
    await sampler.publish();
    return sampler.sample(asked);
  };

  it('draws, bit for bit, what the decoder draws by itself from exported weights, before and after an update', async () => {
    const before = await drawn();
    expect(before).toEqual(await standAlone(client));
    await learn(client);
    const after = await drawn();
    expect(after).toEqual(await standAlone(client));
    expect(after.map(logprobsOf)).not.toEqual(before.map(logprobsOf));
  });

  it('draws the tokens that the engine draws, with its log-probabilities but for rounding', async () => {
    const theirs = await engineSampler(client).sample(ask);
    for (const [b, { tokens, logprobs, stopped }] of (await drawn()).entries()) {
      const { logprobs: expected, ...rest } = theirs[b] as DrawnCompletion;
      expect({ tokens, stopped }).toEqual(rest);
      for (const [t, logprob] of logprobs.entries()) expect(logprob).toBeCloseTo(expected[t] as number, 4);
    }
    expect(theirs.some(({ stopped }) => stopped)).toBe(true);
    expect(theirs.some(({ stopped }) => !stopped)).toBe(true);
  });

  it('draws each completion from its request alone: not from its company, threads, or how often it is asked', async () => {
    const whole = await drawn();
    const [first] = ask.prompts as [Int32Array];
    expect(await drawn({ ...ask, prompts: [first] })).toEqual(whole.slice(0, 3));
    expect(await drawn({ ...ask, prompts: [first], samples: 1 })).toEqual(whole.slice(0, 1));
    const sampler = new OnnxSampler(policy, settings({ threads: 2 }));
    await sampler.publish();
    expect(await sampler.sample(ask)).toEqual(whole);
    expect(await sampler.sample(ask)).toEqual(whole);
    const names = new Set(whole.map(({ tokens }) => tokens.join()));
    expect(names.size).toBe(9); // equal prompts of two rows draw different completions
    expect(await drawn({ ...ask, step: 4 })).not.toEqual(whole);
    expect(await drawn({ ...ask, seed: 12 })).not.toEqual(whole);
  });

  it('gives log-probabilities of the whole distribution where top-p leaves tokens out', async () => {
    const asked = { ...ask, topP: 0.7 };
    const completions = await drawn(asked);
    expect(completions.map(tokensOf)).toEqual((await engineSampler(client).sample(asked)).map(tokensOf));
    const [{ tokens, logprobs }] = completions as [DrawnCompletion];
    const scored = await policy.score(ask.prompts[0] as Int32Array, tokens, 1);
    for (const [t, logprob] of logprobs.entries()) expect(logprob).toBeCloseTo(scored[t] as number, 4);
  });

  it('holds the longest completion of each step, after its own prompt, against the trainer', async () => {
    const compared: number[][] = [];
    const watched: Policy = {
      ...policy,
      score: (prompt, completion, temperature) => {
        compared.push([...prompt, ...completion]);
        return policy.score(prompt, completion, temperature);
      },
    };
    const rows = new Set<number>();
    for (let step = 1; step <= 6; step++) {
      const all = await drawn({ ...ask, maxTokens: 64, step }, {}, watched);
      const longest = Math.max(...all.map(({ tokens }) => tokens.length));
      const b = all.findIndex(({ tokens }) => tokens.length === longest);
      const row = Math.floor(b / ask.samples);
      const prompt = ask.prompts[row] as Int32Array;
      expect(compared).toEqual([[...prompt, ...(all[b]?.tokens.subarray(0, 32) ?? [])]]);
      compared.length = 0;
      rows.add(row);
    }
    expect(rows).toContain(1); // whose prompt is another
  });

  it('draws on where the folder in memory was removed meanwhile, as when its user logged out', async () => {
    const whole = await drawn();
    const sampler = new OnnxSampler(policy, settings());
    await sampler.publish();
    await rm(folder, { recursive: true });
    await sampler.publish();
    expect(await sampler.sample(ask)).toEqual(whole);
  });

  it('tells how many completions of a step have ended', async () => {
    const clock = vi.spyOn(performance, 'now');
    let now = 0;
    clock.mockImplementation(() => (now += 1000));
    const told: number[][] = [];
    await drawn(ask, { onProgress: (...progress: number[]) => told.push(progress) });
    clock.mockRestore();
    expect(told.length).toBeGreaterThan(3);
    expect(told.at(-1)).toEqual([9, 9]);
  });

  it('draws the same where native functions cannot be called', async () => {
    vi.resetModules();
    const nativeLibrary = () => {
      throw new Error('no library for this system');
    };
    vi.doMock('#shared/inference/runtime/native-library.ts', () => ({ nativeLibrary }));
    const { workingWay } = await import('#shared/inference/runtime/open-session.ts');
    const elsewhere = await import('#trainer/samplers/onnx-sampler.ts');
    vi.doUnmock('#shared/inference/runtime/native-library.ts');
    expect(await workingWay()).toMatchObject({ way: 'copying' });
    const sampler = new elsewhere.OnnxSampler(policy, settings());
    await sampler.publish();
    expect(await sampler.sample(ask)).toEqual(await drawn());
  });

  describe('stops the run', () => {
    it('where it has the weights of the step before, after an update of the size that recipes take', async () => {
      let publications = 0;
      const stale: Policy = {
        ...policy,
        exportWeights: async (into) => {
          publications += 1;
          if (publications === 1) await policy.exportWeights(into);
        },
      };
      const sampler = new OnnxSampler(stale, settings());
      await sampler.publish();
      await sampler.sample(ask);
      await learn(client);
      await sampler.publish();
      await expect(sampler.sample(ask)).rejects.toMatchObject({
        code: 'sampler-mismatch',
        message: expect.stringMatching(/differ by 0\.\d{4} nats per token over 10 tokens.*allows 0\.0003/),
      });
    });

    it('where log-probabilities are of another temperature than the trainer has', async () => {
      const hot: Policy = {
        ...policy,
        score: (prompt, completion) => policy.score(prompt, completion, 0.6),
      };
      await expect(drawn(ask, {}, hot)).rejects.toMatchObject({ code: 'sampler-mismatch' });
    });

    it('where published weights are not finite, before anything is drawn', async () => {
      const broken: Policy = {
        ...policy,
        exportWeights: async (into) => {
          await policy.exportWeights(into);
          await using file = await open(join(into, WEIGHTS), 'r+');
          const { size } = await file.stat();
          await file.write(Float32Array.of(Number.NaN), 0, 4, size - 4);
        },
      };
      await expect(drawn(ask, {}, broken)).rejects.toMatchObject({ code: 'weight-nonfinite' });
    });

    it('where the decoder does not compute the model', async () => {
      const foreign = withConfig(policy, { model_type: 'mamba' });
      await expect(drawn(ask, {}, foreign)).rejects.toMatchObject({ code: 'model-unsupported' });
    });

    it('where the system has no memory for keys and values, and says what to do', async () => {
      const claimed = vi.spyOn(memory, 'usableMemory').mockReturnValue(2 ** 60);
      const endless = withConfig(policy, { max_position_embeddings: 1e12 });
      await expect(drawn({ ...ask, maxTokens: 1e11 }, {}, endless)).rejects.toMatchObject({
        code: 'out-of-memory',
        message: expect.stringMatching(/allocation failed.*the same command/),
      });
      claimed.mockRestore();
    });

    it('once it is told to, between two tokens', async () => {
      const told: number[] = [];
      const sampler = new OnnxSampler(
        policy,
        settings({ onProgress: () => told.push(interruption.signal.aborted ? 1 : 0) }),
      );
      await sampler.publish();
      const clock = vi.spyOn(performance, 'now');
      let now = 0;
      clock.mockImplementation(() => (now += 1000));
      const drawing = sampler.sample({ ...ask, stop: [], maxTokens: 100 });
      const ended = expect(drawing).rejects.toMatchObject({ code: 'interrupted' });
      while (told.length < 5) await new Promise((next) => setImmediate(next));
      interruption.abort('SIGTERM');
      await ended;
      clock.mockRestore();
      expect(told.filter((isAborted) => isAborted === 1).length).toBeLessThan(3);
    });

    it('where nothing was published, or the last publication failed', async () => {
      let fails = false;
      const failing: Policy = {
        ...policy,
        exportWeights: (into) => (fails ? Promise.reject(new Error('full')) : policy.exportWeights(into)),
      };
      const sampler = new OnnxSampler(failing, settings());
      await expect(sampler.sample(ask)).rejects.toThrow('nothing is published');
      await sampler.publish();
      fails = true;
      await expect(sampler.publish()).rejects.toThrow('full');
      await expect(sampler.sample(ask)).rejects.toThrow('nothing is published');
    });
  });
});

describe('the bound of the onnx sampler', () => {
  it('is 0.0003 nats by default', () => {
    const { sampler } = RunSettings.parse({ recipe: 'r', steps: 1, sampler: { kind: 'onnx' } });
    expect(sampler).toEqual({ kind: 'onnx', maxMismatch: BOUND });
  });
});

/** A policy that says something else of its model. */
function withConfig(policy: Policy, changes: object): Policy {
  return {
    ...policy,
    exportWeights: async (into) => {
      await policy.exportWeights(into);
      const path = join(into, 'config.json');
      const config = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...config, ...changes }));
    },
  };
}

/** What the decoder says of the engine's policy as a checkpoint holds it. */
async function standAlone(client: EngineClient): Promise<DrawnCompletion[]> {
  const directory = await mkdtemp(join(tmpdir(), 'oneshot-exported-'));
  try {
    await client.call('export_hf', { directory });
    const generator = await loadGenerator({ directory, threads: 1 });
    const { prompts, samples, seed, step, temperature, topP, maxTokens, stop } = ask;
    const results = await generator.generate(
      prompts.flatMap((prompt, row) =>
        Array.from({ length: samples }, (_, sample) => ({
          ...{ prompt: [...prompt], temperature, topP, maxTokens, stop },
          draw: { seed, step, row, sample },
        })),
      ),
    );
    await generator.dispose();
    return results.map(({ tokens, logprobs, finish }) => ({
      tokens: Int32Array.from(tokens),
      logprobs: Float32Array.from(logprobs),
      stopped: finish === 'stop',
    }));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** An update at the learning rate of the miniature recipes. */
async function learn(client: EngineClient): Promise<void> {
  const loss = {
    ...{ policyCoefficient: 1, clipLow: 0.2, clipHigh: 0.2, klCoefficient: 0, klKind: 'k3' as const },
    ...{ klClamp: 10, entropyCoefficient: 0, ratio: 'token' as const },
  };
  const [weights, advantages] = [Float32Array.of(0.5, 0.5), Float32Array.of(1, -1)];
  const tokens = Int32Array.of(5, 60, 7, 20, 21);
  const sequence = { tokens, lengths: Int32Array.of(5), promptLengths: Int32Array.of(3) };
  await client.call('forward_backward', { temperature: 0.6, loss }, { ...sequence, weights, advantages });
  await client.call('optim_step', { slot: 'policy', learningRate: 1e-4, clipNorm: 1 });
}

const logprobsOf = ({ logprobs }: DrawnCompletion) => [...logprobs];
const tokensOf = ({ tokens }: DrawnCompletion) => [...tokens];
