import { statusOf } from './is-transient.ts';

/** No object has this key. A HEAD has no body to say more in. */
export function isMissing(error: unknown): boolean {
  return isNamed(error, 'NoSuchKey', 'NotFound');
}

/** The condition of a put does not hold: the key is taken. */
export function isTaken(error: unknown): boolean {
  return statusOf(error) === 412;
}

/** The range begins at or behind the end of the object. */
export function isBeyondEnd(error: unknown): boolean {
  return statusOf(error) === 416;
}

/** Nobody has this upload any more: it was completed, or aborted. */
export function isUploadGone(error: unknown): boolean {
  return isNamed(error, 'NoSuchUpload');
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
