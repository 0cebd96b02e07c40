import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userCache } from '../../adapters/disk/user-cache.ts';
import { messageOf } from '../../errors.ts';
import { type AttentionTrial, attentionBits } from './attention-check.ts';
import { canCompile, compiledOperators, SHIPPED_OPERATORS } from './compile-operators.ts';
import { type DigestTrial, digestBits } from './digest-check.ts';
import { libraryPath } from './native-library.ts';
import { workingWay } from './open-session.ts';
import { type ProductsTrial, productsBits } from './products-check.ts';
import { type RowsTrial, rowsBits } from './rows-check.ts';

/** Operators beyond ONNX Runtime's, which leave the same bits in less time. */
export type OwnOperators =
  | {
      /** Their shared library. */
      readonly file: string;
      /** Whether products of bytes are among them on this processor. */
      readonly products: boolean;
    }
  | { readonly file: undefined; readonly reason: string };

/** Heads that share keys and values in an odd number, half of a register left over, and ends of every loop, short and long. */
const ATTENTION: AttentionTrial = {
  ...{ heads: 6, kvHeads: 2, headDim: 48, positions: 131, lengths: [1, 15, 46, 70, 101, 127] },
  ...{ width: 1, steps: 2, packed: true, threads: 1 },
};
/** A row alone, whose heads are tasks by themselves. */
const ONE_ROW: AttentionTrial = {
  ...{ heads: 4, kvHeads: 1, headDim: 32, positions: 40, lengths: [37] },
  ...{ width: 1, steps: 2, packed: true, threads: 2 },
};
/** As `ATTENTION`, with numbers beyond where the logistic function ends. */
const ROWS: RowsTrial = { rows: 5, hidden: 104, intermediate: 336, turn: 16, spread: 6, threads: 1 };
/** Each number of rows that is multiplied in a way of its own, and more; a last panel of columns and a last block that are not full. */
const PRODUCTS = {
  ...{ rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 101], inner: 88, outer: 83, threads: 1 },
} satisfies Omit<ProductsTrial, 'bits'>;

/** Ends of every loop; the last row's largest stands several times. */
const DIGEST: DigestTrial = { rows: 3, vocabulary: 1003, spread: 20, repeated: 20, threads: 1 };

let found: Promise<OwnOperators> | undefined;

/**
 * Ours, where they can be loaded or compiled on this machine and leave the library's bits; found out once for a process.
 * Nothing that is computed depends on whether there are any.
 */
export function ownOperators(): Promise<OwnOperators> {
  found ??= findOwnOperators(process.env);
  return found;
}

/** As `ownOperators`, with the cache and the compiler of an environment. */
export async function findOwnOperators(env: NodeJS.ProcessEnv): Promise<OwnOperators> {
  if (!canCompile) return without(`there are none for ${process.platform} on ${process.arch}`);
  if ((await workingWay()).way !== 'in place') return without('ONNX Runtime is not driven in place');
  try {
    const shipped = shippedOperators();
    if (shipped !== undefined) return await checked(shipped);
    const compiled = compiledOperators(userCache(env), env);
    // What does not load may be damaged, and is compiled again by the next process.
    return await checked(compiled).catch((error) => {
      rmSync(compiled);
      throw error;
    });
  } catch (error) {
    return without(messageOf(error));
  }
}

const without = (reason: string): OwnOperators => ({ file: undefined, reason });

/** @throws {KnownError} `inference-failed` where it cannot be loaded */
async function checked(file: string): Promise<OwnOperators> {
  return (await computesAlike(file))
    ? { file, products: await multipliesAlike(file) }
    : without('they compute other bits than the library on this processor');
}

/**
 * Whether operators in a shared library leave the bits of ONNX Runtime's own.
 *
 * @throws {KnownError} `inference-failed` where they cannot be loaded
 */
export async function computesAlike(file: string): Promise<boolean> {
  return (
    (await attentionBits(ATTENTION, file)).equals(await attentionBits(ATTENTION)) &&
    (await attentionBits(ONE_ROW, file)).equals(await attentionBits(ONE_ROW)) &&
    (await rowsBits(ROWS, file)).equals(await rowsBits(ROWS)) &&
    (await digestBits(DIGEST, file)).equals(await digestBits(DIGEST)) &&
    (await productsBits({ ...PRODUCTS, bits: 4 }, file)).equals(await productsBits({ ...PRODUCTS, bits: 4 }))
  );
}

/** Whether products by bytes in a shared library leave the bits of ONNX Runtime's own; not where this processor has no instruction for them. */
export async function multipliesAlike(file: string): Promise<boolean> {
  const trial = { ...PRODUCTS, bits: 8 } as const;
  const own = await productsBits(trial, file).catch(() => undefined);
  return own?.equals(await productsBits(trial)) ?? false;
}

function shippedOperators(): string | undefined {
  const file = join(dirname(libraryPath()), SHIPPED_OPERATORS);
  return existsSync(file) ? file : undefined;
}
