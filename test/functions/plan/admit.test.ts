import { describe, expect, it } from 'vitest';
import type { EvaluationRequest, GeneratorSpec } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

const BIG = 'b'.repeat(26);
const DAMAGED = 'd'.repeat(26);
const ENDPOINT: GeneratorSpec = { kind: 'endpoint', name: 'server', version: '1' };

/** Each refusal: how to come by it, and the alternative that its message names. */
const REFUSALS: Readonly<Record<string, readonly [Ask, RegExp]>> = {
  'model-missing': [async (_, request) => withModel(request, 'n'.repeat(26)), /Push it/],
  'model-too-large': [
    async ({ store }, request) => {
      const files = { 'model.safetensors': { sha256: 'a'.repeat(64), sizeBytes: 3e9 } };
      await put(store, record.model(BIG), { files });
      return withModel(request, BIG);
    },
    /3000 MB, and a worker here has 1000 MB of disk.* endpoint generator, or .* local runner/,
  ],
  'completions-missing': [
    async (_, request) => withGenerator(request, { kind: 'recorded', completions: 'c'.repeat(64) }),
    /oneshot completions push/,
  ],
  'endpoint-unknown': [
    async (world, request) => {
      world.capacity = { ...world.capacity, endpoints: ['small', 'large'] };
      return withGenerator(request, ENDPOINT);
    },
    /"server".*Allowed: small, large/,
  ],
  'cost-too-high': [
    async (world, request) => {
      world.capacity = { ...world.capacity, costUsd: () => 2.5 };
      const promise = { schemaVersion: 1, createdAt: 0, maxCostUsd: 1 };
      await put(world.store, record.pendingEvaluation(ref(request)), promise);
      return request;
    },
    /2\.50 USD, more than the 1\.00 allowed.*Raise maxCostUsd, or ask for fewer/,
  ],
  'request-inconsistent': [
    async (_, request) => ({ ...request, golds: 'g'.repeat(26) }),
    /reference answers/,
  ],
  'problem-set-missing': [
    async (_, request) => ({ ...request, problemSets: { sums: { digest: 'p'.repeat(26) } } }),
    /Push it/,
  ],
  'problem-set-invalid': [
    async ({ store }, request) => {
      const digest = 'q'.repeat(26);
      await store.putOnce(keys.problemSet(digest), new TextEncoder().encode('nonsense\n'));
      return { ...request, problemSets: { sums: { digest } } };
    },
    /cannot be read/,
  ],
  'object-invalid': [
    async ({ store }, request) => {
      await store.putOnce(keys.model(DAMAGED), new TextEncoder().encode('{"schemaVersion":9}'));
      return withModel(request, DAMAGED);
    },
    /another version or damaged/,
  ],
};

type Ask = (world: SmallWorld, request: EvaluationRequest) => Promise<EvaluationRequest>;

describe('plan', () => {
  it.each(Object.entries(REFUSALS))(
    'refuses with %s and says what to do instead',
    async (code, [ask, way]) => {
      const { world, request } = await asked(ask);
      const refused = await read(world.store, record.refused(ref(request)));
      expect(refused.code).toBe(code);
      expect(refused.detail).toMatch(way);
    },
  );

  it.each(Object.entries(REFUSALS))(
    'stores and sends nothing else when it refuses with %s',
    async (_, [ask]) => {
      const { world, request, before } = await asked(ask);
      const after = (await world.store.list('')).filter((key) => !before.has(key));
      expect(after).toEqual([keys.refused(ref(request))]);
      expect(await world.store.list(keys.prefix.pending)).toEqual([]);
      expect(world.sent).toEqual([]);
    },
  );

  it('refuses once and for all, even when nothing stands in the way any more', async () => {
    const { world, request } = await asked(REFUSALS['cost-too-high']?.[0] as Ask);
    world.capacity = { ...world.capacity, costUsd: () => 0 };
    const before = await world.contents();
    await world.deliver(await world.ask(request));
    expect(await world.contents()).toEqual(before);
    expect(world.sent).toEqual([]);
  });

  it('never forgets the price limit of a round, though the promise is gone that named it', async () => {
    const { world, request } = await asked(REFUSALS['cost-too-high']?.[0] as Ask);
    await world.deliver({ schemaVersion: 1, type: 'evaluation-requested', ...ref(request) });
    expect(await world.store.get(keys.roundManifest(ref(request)))).toBeUndefined();
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('admits an endpoint that the deployment allows, whatever the size of its model', async () => {
    const { world, request } = await asked(async (inside, plain) => {
      const files = { 'model.safetensors': { sha256: 'a'.repeat(64), sizeBytes: 3e9 } };
      await put(inside.store, record.model(BIG), { files });
      inside.capacity = { ...inside.capacity, endpoints: ['server'] };
      return withGenerator(withModel(plain, BIG), ENDPOINT);
    });
    expect(await world.store.get(keys.roundManifest(ref(request)))).toBeDefined();
  });

  it('counts what completions are expected to take, not what they may take', async () => {
    let asking = 0;
    await asked(async (world, request) => {
      world.capacity = { ...world.capacity, costUsd: (tokens) => (asking = tokens) };
      await put(world.store, record.pendingEvaluation(ref(request)), { createdAt: 0, maxCostUsd: 1e6 });
      return request;
    });
    expect(asking).toBe(60 * 900);
  });

  it('tries again, and refuses nothing, when the store does not answer', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const message = await world.ask(request);
    const failing = SmallWorld.over(
      new Proxy(world.store, {
        get: (store, name) => {
          if (name !== 'get') return (store[name as keyof typeof store] as () => unknown).bind(store);
          return (key: string) =>
            key.startsWith('models/') ? Promise.reject(new Error('503')) : store.get(key);
        },
      }),
    );
    await expect(failing.deliver(message)).rejects.toThrow('503');
    expect(await world.store.get(keys.refused(ref(request)))).toBeUndefined();
    expect(await world.store.list(keys.prefix.pending)).toHaveLength(1);
  });
});

/** Asks plan for an evaluation, changed. */
async function asked(
  ask: Ask,
): Promise<{ world: SmallWorld; request: EvaluationRequest; before: ReadonlySet<string> }> {
  const world = await SmallWorld.create();
  const request = await ask(world, await world.request());
  const message = await world.ask(request);
  const before = new Set(await world.store.list(''));
  await world.deliver(message);
  return { world, request, before };
}

function withModel(request: EvaluationRequest, model: string): EvaluationRequest {
  return { ...request, generation: { ...request.generation, model } };
}

function withGenerator(request: EvaluationRequest, generator: GeneratorSpec): EvaluationRequest {
  return { ...request, generation: { ...request.generation, generator } };
}

function ref(request: EvaluationRequest): { readonly evaluation: string; readonly round: number } {
  return { evaluation: evaluationId(request), round: 0 };
}
