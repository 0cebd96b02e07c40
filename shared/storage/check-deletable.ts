import { KnownError } from '../errors.ts';
import { keys } from './keys.ts';

const DELETABLE = [keys.prefix.pending, keys.prefix.allStates];

/** The key, if objects there may be deleted. @throws {KnownError} `delete-forbidden` */
export function checkDeletable(key: string): string {
  if (DELETABLE.some((prefix) => key.startsWith(prefix))) return key;
  throw new KnownError(
    'delete-forbidden',
    `${key} must not be deleted: only pending/ and state/ ever shrink.`,
  );
}
