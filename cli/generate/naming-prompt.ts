import { KnownError } from '#shared/errors.ts';
import type { AskedPrompt } from './asked-prompts.ts';

/** Errors of what is done for a prompt say which it is. */
export function namingPrompt<T>(id: AskedPrompt['id'], work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof KnownError)) throw cause;
    throw new KnownError(cause.code, `Prompt ${JSON.stringify(id)}: ${cause.message}`, { cause });
  }
}
