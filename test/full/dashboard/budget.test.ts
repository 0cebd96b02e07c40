import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { assets } from '#functions/dashboard/assets/assets.ts';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { summarize } from '#shared/metrics/summarize.ts';
import type { EvaluationRequest, Outcome, RoundManifest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld } from '../../functions/dashboard/pages-world.ts';
import { MODEL } from '../../functions/small-world.ts';

/** The paper's six sets: 2,247 completions. */
const SETS = [
  ['math500', 500, 1],
  ['aime24', 30, 8],
  ['amc23', 40, 8],
  ['minerva', 272, 1],
  ['olympiad', 675, 1],
  ['aime25', 30, 8],
] as const;
const CHECKPOINTS = 100;
const STEPS_BETWEEN = 20;
const RUN = 'long';

describe('the page of a run of 2,000 steps with 100 checkpoints of 2,247 completions each', () => {
  let world: PagesWorld;
  beforeAll(async () => {
    world = await PagesWorld.create();
    await putLongRun(world);
  });

  it('is at most 60 kB as it is sent, its style and script of 15 kB included', async () => {
    const { status, text } = await world.get(`/runs/${RUN}`);
    expect(status).toBe(200);
    const sizes = [text, assets.style.text, assets.script.text].map((each) => gzipSync(each).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
    expect(assets.script.text.length).toBeLessThanOrEqual(15_000);
  });
});

async function putLongRun(world: PagesWorld): Promise<void> {
  const { store } = world.api.world;
  const benchmarks = await Promise.all(
    SETS.map(async ([name, count, samples]) => {
      const problems = Array.from(
        { length: count },
        (_, index): Problem => ({ id: `${name}/${index}`, problem: `${index}`, answer: '1' }),
      );
      const protocol = { samples, temperature: samples === 1 ? 0 : 0.6, topP: 1 };
      return { name, ...protocol, digest: await putProblemSet(store, problems), problems };
    }),
  );
  const requestOf = (step: number): EvaluationRequest =>
    evaluationRequest({
      model: MODEL,
      generatorVersion: 'scripted',
      benchmarks: benchmarks.map((each) => ({ ...each, maxTokens: 3072 + step })),
      settings: { benchmarks: SETS.map(([name]) => name), template: 'chat', graders: ['reward'] },
    });
  const items = SETS.flatMap(([name, count, samples]) =>
    Array.from({ length: count * samples }, (_, index) => ({
      problem: `${name}/${Math.floor(index / samples)}`,
      sample: index % samples,
    })),
  );
  const config = {
    recipe: 'pi1',
    steps: (CHECKPOINTS - 1) * STEPS_BETWEEN,
    prompts: 128,
    samples: 8,
    model: MODEL,
    evaluation: requestOf(0),
  };
  await put(store, record.run(RUN), { config, codeVersion: '1' });
  await put(store, record.runEntry(1000, RUN), { run: RUN, createdAt: 1000, recipe: 'pi1' });
  const host = { torch: 't', transformers: 't', instructionSet: 'i' };
  await put(store, record.incarnation(RUN, 1), { nonce: 'n', resumesFrom: null, host });
  let parent: string | null = null;
  for (let index = 0; index < CHECKPOINTS; index++) {
    const step = index * STEPS_BETWEEN;
    const request = requestOf(step);
    await putRound(world, request, items, index / CHECKPOINTS);
    const ref = { run: RUN, step, incarnation: 1 };
    const steps =
      index === 0
        ? []
        : Array.from({ length: STEPS_BETWEEN }, (_, i) => metricsOf(step - STEPS_BETWEEN + i + 1));
    await put(store, record.checkpoint(ref), {
      step,
      model: MODEL,
      state: {},
      parent,
      steps,
      evaluation: request,
    });
    parent = keys.checkpoint(ref);
  }
}

async function putRound(
  world: PagesWorld,
  request: EvaluationRequest,
  items: readonly { problem: string; sample: number }[],
  share: number,
): Promise<void> {
  const { store } = world.api.world;
  const evaluation = evaluationId(request);
  const ref = { evaluation, round: 0 };
  const manifest: RoundManifest = {
    schemaVersion: 1,
    generation: 'g'.repeat(26),
    shards: [{ shard: 0, items: [...items] }],
  };
  const scored = items.map((item, index) => ({
    ...item,
    ...{ tokens: 500, truncated: false, boxed: true, reflection: [] },
    verdicts: {
      reward: {
        verdict: (index * 7919) % 100 < 20 + 60 * share ? ('correct' as const) : ('incorrect' as const),
        reason: 'equal-text',
        extracted: '1',
      },
    },
  }));
  const outcome: Outcome = { schemaVersion: 1, kind: 'scored', policy: 'verified', items: scored };
  await put(store, record.evaluationRequest(evaluation), request);
  await put(store, record.roundManifest(ref), manifest);
  await put(store, record.outcome(ref, 0), outcome);
  await put(
    store,
    record.summary(ref),
    summarize({ ...ref, request, manifest, outcomes: new Map([[0, outcome]]) }),
  );
}

function metricsOf(step: number) {
  const wave = Math.sin(step / 50);
  const metrics = {
    ...{
      'reward/mean': 1 - Math.exp(-step / 300),
      'reward/mixed_group_share': Math.exp(-step / 500),
      'completion/tokens': 500_000,
    },
    ...{
      'completion/length_mean': 500 + 50 * wave,
      'completion/truncated_share': 0.1 + 0.05 * wave,
      'policy/entropy': 0.3 + 0.1 * wave,
    },
    ...{
      'policy/kl': step / 1e5,
      'policy/grad_norm': 0.2 + 0.1 * wave,
      'policy/clip_share': 0,
      'group/correct_8': 10,
    },
  };
  return { step, metrics };
}
