import { hasCode } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { findRun } from './find-run.ts';

/** The recipe of a run; `null` where the run is gone, or cannot be read. */
export async function recipeOf(run: string, store: ObjectStore): Promise<string | null> {
  try {
    return (await findRun(run, store)).config.recipe;
  } catch (error) {
    if (hasCode(error, 'run-unknown') || isDamage(error)) return null;
    throw error;
  }
}
