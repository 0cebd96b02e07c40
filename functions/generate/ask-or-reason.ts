import { KnownError } from '#shared/errors.ts';
import type { Item, Unanswered } from '#shared/records/evaluations.ts';

/**
 * What is asked for an item; where its prompt cannot be made or is too long for the model, the item with the reason. Other
 * items of its shard have nothing to do with that.
 */
export function askOrReason<T extends object>(item: Item, ask: () => T): T | Unanswered {
  try {
    return ask();
  } catch (error) {
    if (error instanceof KnownError) return { ...item, reason: error.code };
    throw error;
  }
}

export function isUnanswered(each: object): each is Unanswered {
  return 'reason' in each;
}

/** Those that can be asked for, or were answered. */
export function answerable<T extends object>(all: readonly (T | Unanswered)[]): T[] {
  return all.flatMap((each) => (isUnanswered(each) ? [] : [each]));
}
