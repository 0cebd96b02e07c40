import { expect, it } from 'vitest';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { sampleHistory } from '#functions/results/runs/sample-history.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { MODEL, SmallWorld } from '../../small-world.ts';

const item = { problem: 'sums/2', sample: 0 };

/** A run with a checkpoint for each request, at steps 0, 1, 2 … */
async function putLine(world: SmallWorld, requests: readonly (EvaluationRequest | null)[]): Promise<void> {
  const host = { torch: 't', transformers: 't', instructionSet: 'i' };
  await put(world.store, record.incarnation('r', 1), { nonce: 'n', resumesFrom: null, host });
  let parent: string | null = null;
  for (const [step, evaluation] of requests.entries()) {
    const ref = { run: 'r', step, incarnation: 1 };
    await put(world.store, record.checkpoint(ref), {
      step,
      model: MODEL,
      state: {},
      parent,
      steps: [],
      evaluation,
    });
    parent = keys.checkpoint(ref);
  }
}

it('has the verdict of the same sample at each checkpoint that is asked for it, null where nobody has scored it', async () => {
  const world = await SmallWorld.create();
  const scored = await world.request({ problems: 5 });
  const waiting = await world.request({ problems: 6 });
  const without = await world.request({ problems: 2 });
  await putLine(world, [scored, null, waiting, without]);
  for (const request of [scored, without]) await world.deliver(await world.ask(request));
  await world.settle();
  const lists = new CachedLists(world.store, { now: () => 0 });
  // Whatever shard is thought to hold it.
  for (const shard of [0, 1, 2, 7]) {
    const sought = { item, grader: 'reward', shard } as const;
    const { checkpoints, leftOut } = await sampleHistory('r', 0, sought, { store: world.store, lists });
    expect(checkpoints.map(({ step, verdict }) => [step, verdict])).toEqual([
      [0, 'correct'],
      [2, null],
      [3, null],
    ]);
    expect(leftOut).toBe(0);
  }
});

it('looks at forty checkpoints around the step, and counts the others', async () => {
  const world = await SmallWorld.create();
  await putLine(world, Array(45).fill(await world.request({ problems: 3 })));
  const lists = new CachedLists(world.store, { now: () => 0 });
  const stepsAround = async (step: number) => {
    const sought = { item, grader: 'reward', shard: 0 } as const;
    const found = await sampleHistory('r', step, sought, { store: world.store, lists });
    const steps = found.checkpoints.map((each) => each.step);
    return [steps[0], steps.at(-1), found.leftOut];
  };
  expect(await stepsAround(0)).toEqual([0, 39, 5]);
  expect(await stepsAround(23)).toEqual([3, 42, 5]);
  expect(await stepsAround(44)).toEqual([5, 44, 5]);
});
