import { KnownError } from '#shared/errors.ts';
import type { Item, Unanswered } from '#shared/messages.ts';

/**
 * The request for an item, or the item with the reason why there can be none: its prompt cannot be made, or is too long for
 * the model. The other items of its shard are made all the same.
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

/** Without the items that have a reason instead. */
export function answerable<T extends object>(all: readonly (T | Unanswered)[]): T[] {
  return all.flatMap((each) => (isUnanswered(each) ? [] : [each]));
}
