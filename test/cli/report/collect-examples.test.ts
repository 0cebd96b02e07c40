import { expect, it } from 'vitest';
import { collectExamples } from '#cli/report/collect-examples.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { SmallWorld } from '../../functions/small-world.ts';

it('shows answers of the newest round, what it took from earlier ones included', async () => {
  const world = await SmallWorld.create();
  const before = await world.request({ maxTokens: 100 });
  const after = await world.request();
  await run(world, before, 0, [0, 1, 2]);
  await run(world, after, 0, [0, 1]);
  await run(world, after, 1, []);
  const examples = await collectExamples(world.store, before, after, 9);
  // The first problem of each subject whose sum is even, which the policy gets right.
  expect(examples.map(({ problem }) => problem)).toEqual(['0 + 0', '1 + 1', '2 + 2', '3 + 3', '4 + 4']);
  expect(examples.map(({ after: { verdict } }) => verdict)).toEqual(Array(5).fill('correct'));
});

/** A round in which these shards fail. */
async function run(world: SmallWorld, request: EvaluationRequest, round: number, failing: readonly number[]) {
  const message =
    round === 0 ? await world.ask(request) : { ...asked, evaluation: evaluationId(request), round };
  await world.deliver(message);
  for (let sent = world.sent.shift(); sent; sent = world.sent.shift()) {
    const dies = sent.type === 'verify-shard' && failing.includes(sent.shard);
    if (dies) await world.bury(sent);
    else await world.deliver(sent);
  }
}

const asked = { schemaVersion: 1, type: 'evaluation-requested' } as const;
