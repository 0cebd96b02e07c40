import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userCache } from '../../adapters/disk/user-cache.ts';
import { messageOf } from '../../errors.ts';
import { computesAlike } from './attention-check.ts';
import { canCompile, compiledAttention, SHIPPED_OPERATOR } from './compile-attention.ts';
import { libraryPath } from './native-library.ts';
import { workingWay } from './open-session.ts';

/** What computes attention over one new token of each row. */
export type AttentionOperator =
  /** Ours, in this shared library: the same bits, in half of the time. */
  | { readonly file: string }
  /** ONNX Runtime's own. */
  | { readonly file: undefined; readonly reason: string };

let found: Promise<AttentionOperator> | undefined;

/**
 * Ours, where it can be loaded or compiled on this machine and gives the library's bits; found out once for a process.
 * Nothing that is computed depends on which it is.
 */
export function attentionOperator(): Promise<AttentionOperator> {
  found ??= findAttentionOperator(process.env);
  return found;
}

/** As `attentionOperator`, with the cache and the compiler of an environment. */
export async function findAttentionOperator(env: NodeJS.ProcessEnv): Promise<AttentionOperator> {
  if (!canCompile) return without(`there is none for ${process.platform} on ${process.arch}`);
  if ((await workingWay()).way !== 'in place') return without('ONNX Runtime is not driven in place');
  try {
    const shipped = shippedOperator();
    if (shipped !== undefined) return await checked(shipped);
    const compiled = compiledAttention(userCache(env), env);
    // What does not load may be damaged, and is compiled again by the next process.
    return await checked(compiled).catch((error) => {
      rmSync(compiled);
      throw error;
    });
  } catch (error) {
    return without(messageOf(error));
  }
}

const without = (reason: string): AttentionOperator => ({ file: undefined, reason });

/** @throws {KnownError} `inference-failed` where it cannot be loaded */
async function checked(file: string): Promise<AttentionOperator> {
  return (await computesAlike(file))
    ? { file }
    : without('it computes other bits than the library on this processor');
}

function shippedOperator(): string | undefined {
  const file = join(dirname(libraryPath()), SHIPPED_OPERATOR);
  return existsSync(file) ? file : undefined;
}
