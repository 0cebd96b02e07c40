import { describe, expect, it } from 'vitest';
import { type AskedRound, askAgain } from '#functions/round/ask-again.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { newestEnd } from '#shared/storage/newest-end.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

/** Asks; what is sent waits to be delivered. */
function ask(world: SmallWorld, request: EvaluationRequest): Promise<AskedRound> {
  return askAgain(request, { store: world.store, send: world.send, clock: { now: () => world.now } });
}

/** An evaluation whose round 0 ended with the verdicts of its second shard missing. */
async function failedInPart(): Promise<{ world: SmallWorld; request: EvaluationRequest }> {
  const world = await SmallWorld.create();
  const request = await world.request();
  await ask(world, request);
  for (let message = world.sent.shift(); message; message = world.sent.shift()) {
    if (message.type === 'verify-shard' && message.shard === 1) await world.bury(message);
    else await world.deliver(message);
  }
  return { world, request };
}

describe('asking again for an evaluation', () => {
  it('asks for its first round, promised before it is sent', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const { ref, summary } = await ask(world, request);
    expect({ ref, summary }).toEqual({
      ref: { evaluation: evaluationId(request), round: 0 },
      summary: undefined,
    });
    expect(await world.store.get(keys.pendingEvaluation(ref))).toBeDefined();
    await world.settle();
    expect(await newestEnd(world.store, ref.evaluation)).toMatchObject({ kind: 'scored' });
  });

  it('asks for the same round as long as that is not over', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const first = await ask(world, request);
    await world.deliver(world.sent.shift() as never); // planned, no shard done
    expect((await ask(world, request)).ref).toEqual(first.ref);
  });

  it('stores and sends nothing where nothing is left to do', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await ask(world, request);
    await world.settle();
    const before = await world.contents();
    const { ref, summary } = await ask(world, request);
    expect([ref.round, summary?.coverage]).toEqual([0, { shards: 3, scored: 3, failed: {} }]);
    expect(world.sent).toEqual([]);
    expect(await world.contents()).toEqual(before);
  });

  it('asks for the next round where shards failed, of which only those run again', async () => {
    const { world, request } = await failedInPart();
    const { ref } = await ask(world, request);
    expect(ref.round).toBe(1);
    await world.deliver(world.sent.shift() as never);
    expect(world.sent).toMatchObject([{ type: 'verify-shard', round: 1, shard: 1 }]);
    await world.settle();
    expect(await newestEnd(world.store, ref.evaluation)).toMatchObject({
      summary: { round: 1, coverage: { failed: {} } },
    });
    expect((await ask(world, request)).summary?.round).toBe(1);
  });

  it('still shows the scores with holes while the next round is under way, or was refused', async () => {
    const { world, request } = await failedInPart();
    const { ref } = await ask(world, request);
    const holes = { kind: 'scored', summary: { round: 0 } };
    expect(await newestEnd(world.store, ref.evaluation)).toMatchObject(holes);
    await put(world.store, record.refused(ref), { code: 'model-missing', detail: 'gone' });
    expect(await newestEnd(world.store, ref.evaluation)).toMatchObject(holes);
  });

  it('asks for the next round where planning refused one', async () => {
    const world = await SmallWorld.create();
    world.capacity = { ...world.capacity, worker: { ...world.capacity.worker, memoryMib: 1 } };
    const request = await world.request();
    await ask(world, request);
    await world.settle();
    const refused = { kind: 'refused', refused: { code: 'model-too-large' } };
    expect(await newestEnd(world.store, evaluationId(request))).toMatchObject(refused);
    world.capacity = { ...world.capacity, worker: { ...world.capacity.worker, memoryMib: 3008 } };
    expect((await ask(world, request)).ref.round).toBe(1);
    await world.settle();
    expect((await ask(world, request)).summary?.coverage.scored).toBe(3);
  });

  it('ends with the last round that a key can name', async () => {
    const { world, request } = await failedInPart();
    const ref = { evaluation: evaluationId(request), round: 99 };
    await put(world.store, record.refused(ref), { code: 'model-missing', detail: 'gone' });
    await expect(ask(world, request)).rejects.toMatchObject({ code: 'rounds-exhausted' });
  });
});
