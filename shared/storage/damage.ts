import { hasRole } from '../error-codes/codes.ts';
import { KnownError } from '../errors.ts';

/**
 * Whether an error says that stored bytes are gone or are not those that were stored. Whatever else went wrong, such as
 * a full disk, a store that does not answer or lets nobody in, says nothing about them: they may be whole.
 */
export function isDamage(error: unknown): error is KnownError {
  return error instanceof KnownError && hasRole(error.code, 'damage');
}
