import { expect, it } from 'vitest';
import { followRound } from '#cli/evaluate/follow-round.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { SmallWorld } from '../../functions/small-world.ts';

it('whoever follows a round hears once what it has of others, also where it is over before', async () => {
  const world = await SmallWorld.create();
  const requests = [await world.request({ samples: 2 }), await world.request({ samples: 3 })];
  const told: unknown[] = [];
  for (const request of requests) {
    const { signal } = new AbortController();
    const observer = { onScored: () => {}, onTakenOver: (taken: object) => told.push(taken), signal };
    const round = { evaluation: evaluationId(request), round: 0 };
    await world.deliver(await world.ask(request));
    const following = followRound(world.store, round, observer);
    await new Promise((resolve) => setTimeout(resolve, 250)); // it looks twice before anything is scored
    await world.settle();
    expect(await following).toMatchObject({ kind: 'scored' });
    if (request === requests[1]) await followRound(world.store, round, observer);
  }
  const from = [{ evaluation: evaluationId(requests[0] as (typeof requests)[0]), completions: 120 }];
  expect(told).toEqual([1, 2].map(() => ({ schemaVersion: 1, from })));
});
