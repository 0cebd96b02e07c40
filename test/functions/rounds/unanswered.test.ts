import { describe, expect, it } from 'vitest';
import { evaluationRequest, type StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MODEL, SmallWorld } from '../small-world.ts';

/** Sums whose digits are few enough for the scripted policy's context, and some that are not. */
async function benchmark(world: SmallWorld, name: string, sums: readonly string[]): Promise<StoredBenchmark> {
  const problems = sums.map((problem, i): Problem => {
    return { id: `${name}/${i}`, problem, answer: '2' };
  });
  const protocol = { samples: 2, temperature: 0.6, topP: 1, maxTokens: 10 };
  return { name, ...protocol, digest: await putProblemSet(world.store, problems), problems };
}

async function summaryOf(world: SmallWorld, request: EvaluationRequest): Promise<Summary> {
  return read(world.store, record.summary({ evaluation: evaluationId(request), round: 0 }));
}

describe('prompts that the model has no room for', () => {
  it('leave their own problems without completions, and no others', async () => {
    const world = await SmallWorld.create();
    world.batch = 3;
    const benchmarks = [
      await benchmark(world, 'sums', ['1 + 1', '1000 + 1000', '0 + 2', '2 + 0']),
      await benchmark(world, 'others', ['1 + 1', '2 + 0']),
    ];
    const settings = { benchmarks: ['sums', 'others'], template: 'chat', graders: ['reward'] } as const;
    const request = evaluationRequest({ model: MODEL, generatorVersion: 'scripted', benchmarks, settings });
    await world.deliver(await world.ask(request));
    await world.settle();
    const { coverage, graders } = await summaryOf(world, request);
    expect(coverage).toEqual({ shards: 1, scored: 1, failed: {}, unanswered: { 'prompt-too-long': 2 } });
    const [sums, others] = graders['reward']?.benchmarks ?? [];
    expect(sums).toMatchObject({ problems: 4, completions: 6, failed: 2 });
    expect(sums?.score).toMatchObject({ mean: null, bounds: [3 / 8, 5 / 8] });
    expect(others?.score).toMatchObject({ mean: 0.5, bounds: [0.5, 0.5] });
  });

  it('end a round in which there is nothing else, and are the same bytes when delivered twice', async () => {
    const world = await SmallWorld.create();
    const benchmarks = [await benchmark(world, 'sums', ['1000 + 1000'])];
    const settings = { benchmarks: ['sums'], template: 'chat', graders: ['reward'] } as const;
    const request = evaluationRequest({ model: MODEL, generatorVersion: 'scripted', benchmarks, settings });
    const plan = await world.ask(request);
    await world.deliver(plan);
    const generate = world.sent[0] as (typeof world.sent)[number];
    await world.settle();
    const before = await world.contents();
    await world.deliver(plan);
    await world.deliver(generate);
    await world.settle();
    expect(await world.contents()).toEqual(before);
    expect((await summaryOf(world, request)).graders['reward']?.average).toMatchObject({
      mean: null,
      bounds: [0, 1],
    });
  });
});
