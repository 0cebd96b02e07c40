import { beforeAll, describe, expect, it } from 'vitest';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { listSamples } from '#functions/results/evaluations/list-samples.ts';
import { sampleNeighbours } from '#functions/results/evaluations/sample-neighbours.ts';
import { SampleQuery } from '#functions/results/evaluations/sample-view.ts';
import { SmallWorld } from '../../small-world.ts';

let world: SmallWorld;
let evaluation: string;
beforeAll(async () => {
  world = await SmallWorld.create();
  const asked = await world.ask(await world.request({ samples: 2, problems: 30 }));
  ({ evaluation } = asked);
  await world.deliver(asked);
  await world.settle();
});

const ports = () => ({ store: world.store, lists: new CachedLists(world.store, { now: () => 0 }) });
const queryOf = (filters: object) => ({
  ...SampleQuery.parse({ limit: 7, ...filters }),
  grader: 'reward' as const,
});
const neighbours = (filters: object, problem: string, sample: number) =>
  sampleNeighbours(evaluation, queryOf(filters), { problem, sample }, ports());

describe('sampleNeighbours', () => {
  it.each([{}, { verdict: 'correct' }, { verdict: 'incorrect', q: '1' }])(
    'lead through a list filtered by %j in its order, and back',
    async (filters) => {
      const all = await listSamples(evaluation, { ...queryOf(filters), limit: 100 }, ports());
      const order = all.items.map(({ problem, sample }) => ({ problem, sample }));
      expect(order.length).toBeGreaterThan(7);
      for (const [index, { problem, sample }] of order.entries()) {
        const found = await neighbours(filters, problem, sample);
        expect(found).toMatchObject({ position: index + 1, total: order.length });
        expect([found?.previous, found?.next]).toEqual([order[index - 1] ?? null, order[index + 1] ?? null]);
        const page = await listSamples(evaluation, { ...queryOf(filters), cursor: found?.cursor }, ports());
        expect(page.items.some((each) => each.problem === problem && each.sample === sample)).toBe(true);
        expect(page.before).toBe(index - (index % 7));
      }
    },
  );

  it('are none of a sample that the filters leave out, or that there is not', async () => {
    expect(await neighbours({ verdict: 'correct' }, 'sums/1', 1)).toBeNull();
    expect(await neighbours({}, 'sums/1', 9)).toBeNull();
  });
});
