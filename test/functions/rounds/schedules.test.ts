import { describe, expect, it } from 'vitest';
import { explore, type Finding, search } from '../scheduler/explore.ts';
import { mutants } from '../scheduler/mutants.ts';
import { oracleOf } from '../scheduler/oracle.ts';
import { realPlane } from '../scheduler/real-plane.ts';

/** More seeds for a longer search, or one to see its trace: `ONESHOT_SCHEDULE_SEED=7`. */
const SCHEDULES = Number(process.env['ONESHOT_SCHEDULES'] ?? 2_000);
const SEED = process.env['ONESHOT_SCHEDULE_SEED'];

describe('the stages under a scheduler', () => {
  it('end every round as if nothing had broken, but for what the schedule killed or cancelled', async () => {
    const found = await search(SEED === undefined ? range(SCHEDULES) : [Number(SEED)], realPlane());
    expect(found && describeFinding(found)).toBeUndefined();
  });

  it.each(Object.entries(mutants))('are caught when one %s', async (_, stages) => {
    const found = await search(range(SCHEDULES), realPlane(stages));
    expect(found?.violation).toBeDefined();
  });

  it('take the same course for the same seed', async () => {
    const broken = realPlane(mutants['lists eventually']);
    const found = await search(range(SCHEDULES), broken);
    expect(await explore(found?.seed ?? 0, broken)).toEqual(found);
  });

  it.each([
    [1, 1],
    [3, 2],
    [2, 3],
  ])('work on worlds of %i shards of %i completions', async (shards, items) => {
    const { outcomes } = await oracleOf(shards, items);
    const sizes = [...outcomes.values()].map((outcome) => outcome.kind === 'scored' && outcome.items.length);
    expect(sizes).toEqual(new Array(shards).fill(items));
  });
});

function describeFinding({ seed, violation, scenario, trace }: Finding): string {
  return [`ONESHOT_SCHEDULE_SEED=${seed}: ${violation}`, JSON.stringify(scenario), ...trace].join('\n');
}

function* range(end: number): Iterable<number> {
  for (let i = 0; i < end; i++) yield i;
}
