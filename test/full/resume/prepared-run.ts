import { afterAll, beforeAll } from 'vitest';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { TestRun } from './test-run.ts';
import { type Trajectory, trainUntouched } from './trajectory.ts';

/** What the tests of a file share; there once they begin. */
export interface PreparedRun {
  /** To be copied: nothing is trained yet. */
  readonly fresh: TestRun;
  /** Where a copy gets that nothing happens to. */
  readonly untouched: Trajectory;
}

/** Settles a run and trains a copy of it before all tests of a file; removes it after them. */
export function preparedRun(recipe: Recipe): PreparedRun {
  const prepared = {} as { -readonly [part in keyof PreparedRun]: PreparedRun[part] };
  beforeAll(async () => {
    prepared.fresh = await TestRun.create(recipe);
    prepared.untouched = await trainUntouched(prepared.fresh);
  }, 300_000);
  afterAll(() => prepared.fresh[Symbol.asyncDispose]());
  return prepared;
}
