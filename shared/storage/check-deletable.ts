import { KnownError } from '../errors.ts';

/** The key, if objects there may be deleted. @throws {KnownError} `delete-forbidden` */
export function checkDeletable(key: string): string {
  if (/^(pending|state)\//.test(key)) return key;
  throw new KnownError(
    'delete-forbidden',
    `${key} must not be deleted: only pending/ and state/ ever shrink.`,
  );
}
