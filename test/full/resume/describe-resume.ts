import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import type { Fault } from './fault.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory, type Trajectory } from './trajectory.ts';

/** A moment by its count in the life of a driver, or as the first (`begun`) or last (`ended`) one of a step. */
type Moment = Pick<Fault, 'when' | 'operation' | 'delayMs'> &
  ({ readonly nth: number } | { readonly step: number });
const ended = (operation: string, at: { nth: number } | { step: number }): Moment => ({
  when: 'after',
  operation,
  ...at,
});
const begun = (operation: string, at: { nth: number } | { step: number }): Moment => ({
  when: 'before',
  operation,
  ...at,
});

/** Step 2 commits the first checkpoint with weights; the checkpoint of step 0 comes before everything. */
const MOMENTS: readonly Moment[] = [
  begun('sample', { step: 2 }),
  ended('sample', { step: 2 }),
  ended('forward', { step: 2 }),
  begun('put journal blob', { step: 2 }),
  ended('put journal blob', { step: 2 }),
  ended('put journals', { step: 2 }),
  ended('forward_backward', { step: 2 }),
  begun('optim_step', { step: 2 }),
  ended('optim_step', { step: 2 }),
  ended('put steps', { step: 2 }),
  begun('save_state', { nth: 1 }),
  ended('optim_step', { step: 5 }),
];
/** From here on the engine is not needed for the checkpoint, and may be at the next step. */
const MOMENTS_OF_COMMITTING: readonly Moment[] = [
  ended('save_state', { nth: 1 }),
  ended('put models', { nth: 1 }),
  ended('put state', { nth: 1 }),
  begun('put pending', { nth: 2 }),
  ended('put pending', { nth: 2 }),
];
/** Nothing is replayed after these, so that another kill comes before: after step 1, or after step 3. */
const MOMENTS_AT_REST: readonly Moment[] = [
  { ...begun('engine start', { nth: 2 }), delayMs: 700 },
  ended('engine start', { nth: 2 }),
  ended('create', { nth: 2 }),
  ended('put checkpoints', { nth: 2 }),
  ended('event', { nth: 2 }),
];
const MOMENTS_OF_LOADING: readonly Moment[] = [
  { ...begun('load_state', { nth: 1 }), delayMs: 2 },
  ended('load_state', { nth: 1 }),
];

export interface ResumeOptions {
  /** Names the random times. */
  readonly seed: number;
  readonly randomKills: number;
}

function named(moments: readonly Moment[]): [name: string, moment: Moment][] {
  return moments.map((moment) => {
    const which = 'nth' in moment ? `number ${moment.nth}` : `in step ${moment.step}`;
    return [`${moment.when} ${moment.operation} ${which}`, moment];
  });
}

const TIMEOUT_MS = 600_000;

/** Runs of six steps, with a checkpoint every second, are killed everywhere, and end as one that never was. */
export function describeResume(name: string, recipe: Recipe, { seed, randomKills }: ResumeOptions): void {
  let fresh: TestRun;
  let trajectory: Trajectory;
  let times: (moment: string) => number;

  beforeAll(async () => {
    fresh = await TestRun.create(recipe);
    await using run = await fresh.copy();
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    trajectory = await readTrajectory(run);
    times = (moment) => run.times(moment);
  }, TIMEOUT_MS);

  afterAll(() => fresh[Symbol.asyncDispose]());

  describe.each(['driver', 'engine'] as const)(`a run of ${name} whose %s is killed`, (victim) => {
    it.each(named(MOMENTS))(
      '%s has the same trajectory',
      async (_, moment) => {
        await expectExact([{ victim, ...located(moment) }]);
      },
      TIMEOUT_MS,
    );

    it.each(named(MOMENTS_AT_REST))(
      '%s, too',
      async (_, moment) => {
        await expectExact([lostAfterStep(1), { victim, ...located(moment) }]);
      },
      TIMEOUT_MS,
    );

    it.each(named(MOMENTS_OF_LOADING))(
      '%s, too',
      async (_, moment) => {
        await expectExact([lostAfterStep(3), { victim, ...located(moment) }]);
      },
      TIMEOUT_MS,
    );
  });

  describe(`a run of ${name} whose driver is killed while it stores a checkpoint`, () => {
    it.each(named(MOMENTS_OF_COMMITTING))(
      '%s has the same trajectory',
      async (_, moment) => {
        await expectExact([{ victim: 'driver', ...located(moment) }]);
      },
      TIMEOUT_MS,
    );
  });

  describe(`a run of ${name} that is killed at any time`, () => {
    it.each(Array.from({ length: randomKills }, (_, kill) => kill))(
      '%i has the same trajectory',
      async (kill) => {
        const random = new RandomStream(seed, kill);
        for (;;) {
          const victim = random.pick(['driver', 'engine'] as const);
          // Steps without a checkpoint. What is done in the meantime may be committed, and nothing left to replay.
          const step = random.pick([1, 3, 5]);
          const fault = { victim, ...located(ended('optim_step', { step })), delayMs: random.next() * 700 };
          if ((await replayedExactly([fault])).replayed > 0) return;
        }
      },
      TIMEOUT_MS,
    );
  });

  function lostAfterStep(step: number): Fault {
    return { victim: 'engine', ...located(ended('optim_step', { step })) };
  }

  function located(moment: Moment): Omit<Fault, 'victim'> {
    const { when, operation } = moment;
    if ('nth' in moment) return moment;
    const perStep = times(`after ${operation}`) / fresh.steps;
    const nth = when === 'after' ? moment.step * perStep : (moment.step - 1) * perStep + 1;
    return { when, operation, nth };
  }

  async function expectExact(faults: readonly Fault[]): Promise<void> {
    const { replayed, struck } = await replayedExactly(faults);
    expect(struck).toBe(faults.length);
    expect(replayed).toBeGreaterThan(0);
  }

  /** Faults that came, and optimizer steps that were applied again, in a run that ends as the untouched one did. */
  async function replayedExactly(faults: readonly Fault[]) {
    await using run = await fresh.copy();
    const { code } = await run.drive(faults);
    if (code !== 0) expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    expect(await readTrajectory(run)).toEqual(trajectory);
    const replayed = run.times('after optim_step') - times('after optim_step');
    return { replayed, struck: run.count('struck') };
  }
}
