import { beforeEach, describe, expect, it } from 'vitest';
import { followRun } from '#cli/evaluate/follow-run.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { type Claim, claim } from '#trainer/resume/claim.ts';
import { SmallWorld } from '../../functions/small-world.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
let world: SmallWorld;
let held: Claim;
let told: string[];

const observer = {
  onPhase: (phase: string) => told.push(phase),
  onPhaseProgress: (done: number, total: number) => told.push(`${done}/${total}`),
  onScores: (step: number) => told.push(`scores ${step}`),
  onRefused: (step: number, { code }: { code: string }) => told.push(`refused ${step} ${code}`),
};

beforeEach(async () => {
  told = [];
  world = await SmallWorld.create();
  held = await claim(world.store, 'r', { resumesFrom: null, host });
});

/** Commits checkpoints, each of which asks for an evaluation of its own. @returns what is asked for */
async function commit(steps: readonly number[]): Promise<readonly EvaluationRequest[]> {
  const requests = [];
  for (const [index, step] of steps.entries()) {
    const request = await world.request({ problems: 10 + index });
    const ref = { ...held, step };
    const parent = index === 0 ? null : keys.checkpoint({ ...held, step: steps[index - 1] as number });
    await put(world.store, record.pendingCheckpoint(ref), { createdAt: 1 });
    const rest = { step, model: request.generation.model, state: {}, steps: [], parent };
    await put(world.store, record.checkpoint(ref), { ...rest, evaluation: request });
    await world.send({ schemaVersion: 1, type: 'checkpoint-committed', ...ref });
    requests.push(request);
  }
  return requests;
}

function follow(options: { trained: () => boolean; waits: boolean }) {
  const { signal } = new AbortController();
  return followRun(world.store, 'r', observer, { isTrained: options.trained, waits: options.waits, signal });
}

/** Delivers the event of the next checkpoint and all that follows from it. */
async function scoreNext(): Promise<void> {
  await world.deliver(world.sent.shift() as never);
  const later = world.sent.filter(({ type }) => type === 'checkpoint-committed');
  const mine = world.sent.filter(({ type }) => type !== 'checkpoint-committed');
  world.sent.splice(0, world.sent.length, ...mine);
  await world.settle();
  world.sent.push(...later);
}

describe('following a run', () => {
  it('ends with the training, and names the checkpoints that are not scored yet', async () => {
    await commit([0, 20, 40]);
    await scoreNext();
    const { checkpoints, unscored } = await follow({ trained: () => true, waits: false });
    expect(unscored).toEqual([20, 40]);
    expect(checkpoints.map(({ summary }) => summary !== null)).toEqual([true, false, false]);
    expect(told).toEqual(['scores 0']);
  });

  it('waits for the scores where somebody does', async () => {
    await commit([0, 20]);
    await scoreNext();
    const following = follow({ trained: () => true, waits: true });
    await expect.poll(() => told).toContain('scoring');
    await scoreNext();
    const { unscored } = await following;
    expect(unscored).toEqual([]);
    expect(told).toEqual(['scores 0', 'scoring', '0/1', ...told.slice(3, -1), 'scores 20']);
  });

  it('takes a refusal for an end, which keeps nobody from training and stays owed', async () => {
    world.capacity = { ...world.capacity, worker: { ...world.capacity.worker, memoryMib: 1 } };
    await commit([0, 20]);
    await world.settle();
    const { unscored, checkpoints } = await follow({ trained: () => true, waits: true });
    expect(unscored).toEqual([0, 20]);
    expect(checkpoints.every(({ summary }) => summary === null)).toBe(true);
    expect(told).toEqual(['refused 0 model-too-large', 'refused 20 model-too-large']);
  });

  it('counts scores with holes as owed, and a retry of them as open', async () => {
    const [request] = await commit([0]);
    await world.deliver(world.sent.shift() as never);
    await world.bury(world.sent.shift() as never);
    expect((await follow({ trained: () => true, waits: true })).unscored).toEqual([0]);
    const evaluation = evaluationId(request as EvaluationRequest);
    await put(world.store, record.pendingEvaluation({ evaluation, round: 1 }), { createdAt: 1 });
    told = [];
    const ended = new AbortController();
    const following = followRun(world.store, 'r', observer, {
      isTrained: () => true,
      waits: true,
      signal: ended.signal,
    });
    await expect.poll(() => told).toContain('scoring');
    ended.abort();
    await expect(following).rejects.toThrow('aborted');
  });

  it('owes nothing to a run without evaluations', async () => {
    const rest = { step: 0, model: 'm'.repeat(26), state: {}, steps: [], parent: null };
    await put(world.store, record.checkpoint({ ...held, step: 0 }), { ...rest, evaluation: null });
    const { unscored, checkpoints } = await follow({ trained: () => true, waits: true });
    expect([unscored, checkpoints.length]).toEqual([[], 1]);
  });
});
