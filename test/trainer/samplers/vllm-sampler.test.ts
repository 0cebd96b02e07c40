import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { type GpuLock, unshared } from '#shared/adapters/vllm/gpu-lock.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { uniform } from '#shared/sampling/philox.ts';
import type { DrawnCompletion, SampleAsk, Sampler } from '#trainer/samplers/sampler.ts';
import { vllmClient } from '#trainer/samplers/vllm-client.ts';
import {
  VllmSampler,
  type VllmSamplerPorts,
  type VllmSamplerSettings,
  type VllmServer,
} from '#trainer/samplers/vllm-sampler.ts';
import { listen } from '../../functions/generate/model-server/listen.ts';
import { completionOf, type Fault, logprobOf, MAX_MODEL_LENGTH, StubVllm } from './stub-vllm.ts';

const STOP = 1;
const ask: SampleAsk = {
  step: 3,
  prompts: [Int32Array.of(5, 6), Int32Array.of(5, 6), Int32Array.of(9)],
  samples: 4,
  temperature: 0.6,
  topP: 1,
  maxTokens: 8,
  seed: 11,
  stop: [STOP],
};
/** Requests before those of a step. */
const CANARIES = 1;

describe('VllmSampler', () => {
  let stub: StubVllm;
  let url: string;
  let sampler: Sampler;
  let folder: string;
  /** Of the engine. */
  let weights: string;
  let log: LogEntry[];
  let pauses: number;
  let onPause: () => void;

  beforeEach(async () => {
    stub = new StubVllm();
    folder = await mkdtemp(join(tmpdir(), 'oneshot-sampler-'));
    [weights, log, pauses, onPause] = ['first', [], 0, () => undefined];
    url = await listen(stub.server);
    sampler = new VllmSampler(ports(), settings());
  });

  const ports = (): VllmSamplerPorts => ({
    servers: [serverAt(url)],
    lock: unshared,
    policy: {
      exportWeights: (into) => writeFile(join(into, 'weights'), weights),
      score: async (_, { length }) => Float32Array.from({ length }, (_, t) => logprobOf(weights, t)),
    },
    pause: async () => {
      pauses++;
      onPause();
    },
    log: (entry) => void log.push(entry),
  });
  const settings = (): VllmSamplerSettings => ({
    folder,
    name: 'run-1',
    concurrency: 3,
    patienceMs: 10_000,
    sleeps: false,
    canary: { prompt: Int32Array.of(5), temperature: 0.6, bound: 0.1 },
  });

  afterEach(async () => {
    stub.server.close();
    await rm(folder, { recursive: true });
  });

  describe('on a server that does as it should', () => {
    it('gives K completions of each prompt, with stop token and log-probabilities', async () => {
      await sampler.publish(2);
      const drawn = await sampler.sample(ask);
      expect(drawn).toHaveLength(12);
      expectOf('first', drawn);
      expect(log).toEqual([]);
    });

    it('says everything that decides a completion, with a seed for each that depends on nothing else', async () => {
      await sampler.publish(2);
      await sampler.sample(ask);
      const asks = stub.asks.slice(CANARIES);
      expect(asks[0]?.sampling_params).toMatchObject({
        ...{ max_tokens: 8, temperature: 0.6, top_p: 1, top_k: 0, min_p: 0, n: 1, logprobs: 0 },
        ...{ stop_token_ids: [STOP], ignore_eos: true },
      });
      const seeds = asks.map(({ sampling_params }) => sampling_params.seed);
      expect(new Set(seeds).size).toBe(12);
      await sampler.publish(2);
      await sampler.sample({ ...ask, prompts: ask.prompts.slice(0, 1) });
      const again = stub.asks.slice(-4).map(({ sampling_params }) => sampling_params.seed);
      expect(again.toSorted()).toEqual(seeds.slice(0, 4).toSorted());
      await sampler.sample({ ...ask, step: 4 });
      const next = stub.asks.slice(-12).map(({ sampling_params }) => sampling_params.seed);
      expect(next.some((seed) => seeds.includes(seed))).toBe(false);
    });

    it('asks for no more tokens than the server has room for', async () => {
      await sampler.publish(2);
      await sampler.sample({ ...ask, maxTokens: 4000 });
      const limits = stub.asks
        .slice(CANARIES)
        .map(({ token_ids, sampling_params }) => [token_ids.length, sampling_params.max_tokens]);
      expect(limits).toContainEqual([2, MAX_MODEL_LENGTH - 2]);
      expect(limits).toContainEqual([1, MAX_MODEL_LENGTH - 1]);
    });

    it('brings the weights of each publication once, and keeps no older folder', async () => {
      await sampler.publish(2);
      await sampler.sample(ask);
      await sampler.sample({ ...ask, step: 4 });
      weights = 'second';
      await sampler.publish(3);
      expectOf('second', await sampler.sample(ask));
      expect(stub.loads).toHaveLength(2);
      expect(await readdir(folder)).toHaveLength(1);
    });

    it('marks a completion that was cut', async () => {
      await sampler.publish(2);
      const drawn = await sampler.sample({ ...ask, maxTokens: 2 });
      expect(drawn.every(({ stopped, tokens }) => !stopped && tokens.length === 2)).toBe(true);
    });
  });

  describe('on a server that fails for a while', () => {
    const faults: readonly (readonly [string, Fault])[] = [
      ['500', { kind: 'status', status: 500 }],
      ['429', { kind: 'status', status: 429 }],
      ['JSON that is cut', { kind: 'cut' }],
      ['a connection that ends', { kind: 'hang-up' }],
      ['a completion that was given up', { kind: 'answer', change: withChoice({ finish_reason: 'abort' }) }],
      [
        'a completion of other weights',
        { kind: 'answer', change: withChoice({ weight_versions: [{ version: 'other', start: 0, end: 4 }] }) },
      ],
      [
        'a completion whose weights changed meanwhile',
        {
          kind: 'answer',
          change: withChoice({
            weight_versions: [
              { version: 'other', start: 0, end: 1 },
              { version: 'run-1-2', start: 1, end: 4 },
            ],
          }),
        },
      ],
    ];

    it.each(faults)('asks again after %s, for what is missing alone', async (_, fault) => {
      await sampler.publish(2);
      stub.onGenerate = (count) => ([3, 5].includes(count) ? fault : undefined);
      expectOf('first', await sampler.sample(ask));
      expect(stub.asks).toHaveLength(CANARIES + 12 + 2);
      expect(stub.loads).toHaveLength(1);
      expect(log.map(({ event }) => event)).toEqual(['sampler-fault']);
    });

    it('publishes again after a restart, and discards what the round before drew', async () => {
      await sampler.publish(2);
      let restarted = false;
      stub.onGenerate = (count) => {
        if (restarted || count < 6) return undefined;
        restarted = true;
        stub.restart();
        return { kind: 'hang-up' };
      };
      expectOf('first', await sampler.sample(ask));
      expect(stub.loads).toHaveLength(2);
    });

    it('publishes again what a server lost between two steps', async () => {
      await sampler.publish(2);
      stub.restart();
      expectOf('first', await sampler.sample(ask));
      expect(stub.loads).toHaveLength(2);
    });

    it('waits for a server that starts', async () => {
      stub.healthy = false;
      onPause = () => {
        if (pauses === 4) stub.healthy = true;
      };
      await sampler.publish(2);
      expectOf('first', await sampler.sample(ask));
      expect(pauses).toBe(4);
    });

    it('publishes again after a load that failed', async () => {
      stub.failingLoads = 2;
      await sampler.publish(2);
      expectOf('first', await sampler.sample(ask));
      expect(log.map(({ detail }) => detail)).toEqual(
        Array(2).fill(expect.stringContaining('no space left')),
      );
    });

    it('discards a step at whose end the server holds other weights', async () => {
      await sampler.publish(2);
      stub.onGenerate = (count) => {
        if (count === CANARIES + 11) setImmediate(() => (stub.version = 'of somebody else'));
        return undefined;
      };
      // The last answer is on its way when the weights change.
      stub.onLoad = () => (stub.onGenerate = () => undefined);
      expectOf('first', await sampler.sample(ask));
      expect(stub.loads).toHaveLength(2);
      expect(stub.asks).toHaveLength(2 * (CANARIES + 12));
    });
  });

  describe('on several servers', () => {
    let others: StubVllm[];
    let turns: string[];

    beforeEach(async () => {
      others = [stub, new StubVllm(), new StubVllm()];
      turns = [];
      const servers = [url, ...(await Promise.all(others.slice(1).map(({ server }) => listen(server))))].map(
        serverAt,
      );
      const lock: GpuLock = async (work) => {
        turns.push('taken');
        return work().finally(() => turns.push('given back'));
      };
      sampler = new VllmSampler({ ...ports(), servers, lock }, { ...settings(), sleeps: true });
    });
    afterEach(() => {
      for (const { server } of others.slice(1)) server.close();
    });

    it('asks each for rows of its own, and draws what one would have drawn', async () => {
      await sampler.publish(2);
      expectOf('first', await sampler.sample(ask));
      const rows = others.map(({ asks }) => asks.slice(CANARIES).map(({ token_ids: ids }) => ids.join()));
      expect(rows).toEqual([Array(4).fill('5,6'), Array(4).fill('5,6'), Array(4).fill('9')]);
    });

    it('asks a server that was lost again, and the others for nothing more', async () => {
      await sampler.publish(2);
      let hangsUp = true;
      (others[1] as StubVllm).onGenerate = (count) => {
        if (!hangsUp || count < CANARIES + 2) return undefined;
        hangsUp = false;
        others[1]?.restart();
        return { kind: 'hang-up' };
      };
      expectOf('first', await sampler.sample(ask));
      expect(others.map(({ loads }) => loads.length)).toEqual([1, 2, 1]);
      expect(others[0]?.asks).toHaveLength(CANARIES + 4);
    });

    it('wakes them with the new weights, and has them sleep once a step is drawn', async () => {
      await sampler.publish(2);
      await sampler.sample(ask);
      expect(others.map(({ asleep }) => asleep)).toEqual([true, true, true]);
      weights = 'second';
      await sampler.publish(3);
      expect(others.map(({ asleep }) => asleep)).toEqual([false, false, false]);
      expectOf('second', await sampler.sample(ask));
      expect(turns).toEqual(Array(4).fill(['taken', 'given back']).flat());
    });

    it('keeps what was drawn where a server cannot sleep', async () => {
      await sampler.publish(2);
      (others[2] as StubVllm).sleepless = true;
      expectOf('first', await sampler.sample(ask));
      expect(log).toEqual([expect.objectContaining({ event: 'sampler-fault' })]);
    });
  });

  describe('stops the run', () => {
    it('when trainer and sampler differ after new weights', async () => {
      stub.onLoad = () => (stub.weights = 'half of them');
      await expect(sampler.publish(2)).rejects.toMatchObject({
        code: 'sampler-mismatch',
        message: expect.stringMatching(/differ by 0\.\d{4} nats per token over 5 tokens.*allows 0\.1/),
      });
    });

    it('when the server never answers', async () => {
      stub.healthy = false;
      await expect(sampler.publish(2)).rejects.toMatchObject({ code: 'sampler-lost' });
    });

    it('when somebody else keeps loading weights', async () => {
      stub.onLoad = () => (stub.version = 'of somebody else');
      await expect(sampler.publish(2)).rejects.toMatchObject({ code: 'sampler-stale' });
      expect(stub.loads).toHaveLength(5);
    });

    it('when every answer fails', async () => {
      await sampler.publish(2);
      stub.onGenerate = () => ({ kind: 'status', status: 500 });
      await expect(sampler.sample(ask)).rejects.toMatchObject({ code: 'sampler-faulty' });
      expect(stub.asks).toHaveLength(CANARIES + 5 * 12);
    });

    it('when the server refuses a request, at once', async () => {
      await sampler.publish(2);
      stub.onGenerate = () => ({ kind: 'status', status: 400 });
      await expect(sampler.sample(ask)).rejects.toMatchObject({ code: 'sampler-refused' });
      expect(stub.asks.length).toBeLessThanOrEqual(CANARIES + 6);
    });

    const wrong: readonly (readonly [string, (answer: never) => unknown])[] = [
      ['no choices', () => ({})],
      ['no weight versions', withChoice({ weight_versions: [] })],
      ['more tokens than were asked for', withChoice({ token_ids: Array(9).fill(60) })],
      ['no tokens', withChoice({ token_ids: [], logprobs: { content: [] } })],
      [
        'a stop at another token',
        withChoice({ token_ids: [60], logprobs: { content: [{ token_id: 60, logprob: -1 }] } }),
      ],
      ['log-probabilities of other tokens', withChoice({ token_ids: [60, 61, 62, STOP] })],
      ['too few log-probabilities', withChoice({ logprobs: { content: [] } })],
      ['an end that vLLM does not know', withChoice({ finish_reason: 'tool_calls' })],
    ];

    it.each(wrong)('when an answer has %s', async (_, change) => {
      await sampler.publish(2);
      stub.onGenerate = () => ({ kind: 'answer', change: change as (answer: unknown) => unknown });
      await expect(sampler.sample(ask)).rejects.toMatchObject({ code: 'sampler-answer-invalid' });
    });
  });
});

function serverAt(url: string): VllmServer {
  return {
    control: vllmControl({ url, exchange, loadMs: 5000, healthMs: 5000 }),
    client: vllmClient({ url, exchange, requestMs: 5000 }),
  };
}

/** Every completion is that of the weights for its own prompt, by the seed that its row and sample name. */
function expectOf(weights: string, drawn: readonly DrawnCompletion[]): void {
  expect(drawn).toHaveLength(ask.prompts.length * ask.samples);
  for (const [b, { tokens, logprobs, stopped }] of drawn.entries()) {
    const row = Math.floor(b / ask.samples);
    const draw = { seed: ask.seed, step: ask.step, row, sample: b % ask.samples };
    const seed = Math.floor(uniform(draw, 0) * 2 ** 31);
    const parameters = { seed, max_tokens: ask.maxTokens, stop_token_ids: ask.stop };
    const expected = completionOf(weights, [...(ask.prompts[row] as Int32Array)], parameters);
    expect({ tokens: [...tokens], stopped }).toEqual(expected);
    expect([...logprobs]).toEqual([...tokens.keys()].map((t) => Math.fround(logprobOf(weights, t))));
  }
}

function withChoice(changes: object) {
  return ({ choices: [choice] }: { choices: readonly [object] }) => ({
    choices: [{ ...choice, ...changes }],
  });
}
