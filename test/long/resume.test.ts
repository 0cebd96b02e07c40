import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import type { Fault } from '../trainer/resume/fault.ts';
import { smallRun } from '../trainer/resume/small-run.ts';
import { TestRun } from '../trainer/resume/test-run.ts';
import { readTrajectory, type Trajectory, trainUntouched } from '../trainer/resume/trajectory.ts';

/** Names the random times. */
const SEED = Number(process.env['ONESHOT_KILL_SEED'] ?? 1);
const RANDOM_KILLS = Number(process.env['ONESHOT_KILLS'] ?? 50);

type Moment = Pick<Fault, 'when' | 'operation' | 'nth' | 'delayMs'>;
const ended = (operation: string, nth: number): Moment => ({ when: 'after', operation, nth });
const begun = (operation: string, nth: number): Moment => ({ when: 'before', operation, nth });

/** Step 2 commits the first checkpoint with weights; the checkpoint of step 0 comes before everything. */
const MOMENTS: readonly Moment[] = [
  begun('sample', 2),
  ended('sample', 2),
  ended('forward', 2),
  begun('put journal blob', 2),
  ended('put journal blob', 2),
  ended('put journals', 2),
  ended('forward_backward', 2),
  ended('optim_step', 2),
  ended('put steps', 2),
  ended('export_hf', 1),
  ended('put models', 1),
  ended('optim_step', 5),
];
/** From here on the engine is not needed for the checkpoint. */
const MOMENTS_OF_COMMITTING: readonly Moment[] = [
  ended('put state', 1),
  begun('put pending', 2),
  ended('put pending', 2),
];

/** Nothing is replayed after these, so that another kill comes before. */
const MOMENTS_AT_REST: readonly Moment[] = [
  { ...begun('engine start', 2), delayMs: 700 },
  ended('engine start', 2),
  ended('create', 2),
  ended('put checkpoints', 2),
  ended('event', 2),
];
const MOMENTS_OF_LOADING: readonly Moment[] = [
  { ...begun('load_state', 1), delayMs: 2 },
  ended('load_state', 1),
];

let fresh: TestRun;
let untouched: Trajectory;

beforeAll(async () => {
  fresh = await TestRun.create(smallRun);
  untouched = await trainUntouched(fresh);
}, 300_000);

afterAll(() => fresh[Symbol.asyncDispose]());

describe.each(['driver', 'engine'] as const)('a run whose %s is killed', (victim) => {
  it.each(MOMENTS)(
    '$when $operation $nth has the trajectory of one that never was',
    async (moment) => {
      await expectExact([{ victim, ...moment }]);
    },
    120_000,
  );

  it.each(MOMENTS_AT_REST)(
    '$when $operation $nth, too',
    async (moment) => {
      await expectExact([
        { victim: 'engine', ...ended('optim_step', 1) },
        { victim, ...moment },
      ]);
    },
    120_000,
  );

  it.each(MOMENTS_OF_LOADING)(
    '$when $operation $nth, too',
    async (moment) => {
      await expectExact([
        { victim: 'engine', ...ended('optim_step', 3) },
        { victim, ...moment },
      ]);
    },
    120_000,
  );
});

describe('a run whose driver is killed while it commits', () => {
  it.each(MOMENTS_OF_COMMITTING)(
    '$when $operation $nth, too',
    async (moment) => {
      await expectExact([{ victim: 'driver', ...moment }]);
    },
    120_000,
  );
});

describe('a run that is killed at any time', () => {
  it.each(Array.from({ length: RANDOM_KILLS }, (_, kill) => kill))(
    '%i has the same trajectory',
    async (kill) => {
      const random = new RandomStream(SEED, kill);
      for (;;) {
        const fault: Fault = {
          victim: random.next() < 0.5 ? 'driver' : 'engine',
          // Steps without a checkpoint: 1, 3, 5. What is optimized in the meantime may be committed, and is not replayed.
          ...ended('optim_step', 1 + 2 * Math.floor(random.next() * 3)),
          delayMs: random.next() * 700,
        };
        if ((await replayedExactly([fault])) > 0) return;
      }
    },
    240_000,
  );
});

async function expectExact(faults: readonly Fault[]): Promise<void> {
  expect(await replayedExactly(faults)).toBeGreaterThan(0);
}

/** Steps that were replayed in a run that ends as the untouched one did. */
async function replayedExactly(faults: readonly Fault[]): Promise<number> {
  await using run = await fresh.copy();
  const { code } = await run.drive(faults);
  if (code !== 0) expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
  expect(await readTrajectory(run)).toEqual(untouched);
  return run.replayedSteps();
}
