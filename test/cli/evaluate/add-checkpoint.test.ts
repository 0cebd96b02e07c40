import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCheckpoint } from '#cli/evaluate/add-checkpoint.ts';
import { BATCH_LIMIT, type Queue } from '#shared/ports/queue.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parsePendingEvaluation } from '#shared/storage/keys.ts';
import { SideWork } from '#trainer/resume/side-work.ts';
import { MODEL, SmallWorld } from '../../functions/small-world.ts';
import { ManualClock } from '../../ports/manual-clock.ts';
import { MemoryQueue } from '../../ports/memory-queue.ts';

/** A run to which these steps are added one after another. */
async function added(steps: readonly number[]) {
  const world = await SmallWorld.create();
  const plan: Queue = new MemoryQueue(new ManualClock());
  const queues = { plan, generate: plan, verify: plan };
  const evaluation = await world.request();
  const failures: unknown[] = [];
  const sideWork = new SideWork((_, error) => failures.push(error));
  for (const step of steps)
    await addCheckpoint({ store: world.store, queues }, 'r', { step, model: MODEL, evaluation }, sideWork);
  expect(failures).toEqual([]);
  return { world, plan, evaluation };
}

describe('a checkpoint of another trainer', () => {
  it('takes its place by its step, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(999_999), { minLength: 1, maxLength: 5 }), async (steps) => {
        const { world } = await added(steps);
        const line = await readCheckpointLine(world.store, 'r');
        expect(line.map(({ checkpoint }) => checkpoint.step)).toEqual([...steps].sort((a, b) => a - b));
        expect(line.map(({ checkpoint }) => checkpoint.parent)).toEqual([
          null,
          ...line.slice(0, -1).map(({ key }) => key),
        ]);
      }),
      { numRuns: 30 },
    );
  });

  it('asks for its evaluation by an event that its pending marker outlasts', async () => {
    const { world, plan, evaluation } = await added([20]);
    const received = await plan.receive({ max: BATCH_LIMIT, waitSeconds: 0, visibilitySeconds: 1 });
    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'checkpoint-committed', run: 'r', step: 20 },
    ]);
    expect(await world.store.list(keys.prefix.pendingCheckpoints)).toHaveLength(1);
    await world.deliver(JSON.parse(received[0]?.body ?? ''));
    expect(await world.store.list(keys.prefix.pendingCheckpoints)).toEqual([]);
    const [asked] = await world.store.list(keys.prefix.pendingEvaluations);
    expect(parsePendingEvaluation(asked ?? '').evaluation).toBe(evaluationId(evaluation));
  });
});
