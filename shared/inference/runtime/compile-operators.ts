import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { messageOf } from '../../errors.ts';

/** Includes the others of its folder. */
const MAIN = 'operators.c';
/** No sum may be joined with a product: that would round once where the library rounds twice. */
const FLAGS = ['-O3', '-std=gnu11', '-mavx2', '-mfma', '-ffp-contract=off', '-fPIC', '-shared'];
const COMPILER = 'cc';
const LIMIT_MS = 60_000;
const HASH_LENGTH = 16;

/** Name of the compiled operators where they lie beside the library, as in a Lambda layer. */
export const SHIPPED_OPERATORS = 'oneshot-operators.so';

/** Whether there are operators for this system at all. */
export const canCompile = process.platform === 'linux' && process.arch === 'x64';

/**
 * The operators in a folder of what can be built again, compiled there once for each version of their source.
 *
 * @returns their shared library
 * @throws {Error} where there is no compiler, it fails, or nothing can be written
 */
export function compiledOperators(cache: string, env: NodeJS.ProcessEnv): string {
  const folder = join(cache, 'native');
  const file = join(folder, `operators-${sourceHash()}.so`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    compileOperators(file, env);
  }
  return file;
}

/**
 * Compiles the operators. The file appears when it is whole; two processes that compile it at once make the same.
 *
 * @throws {Error} as `compiledOperators`
 */
export function compileOperators(file: string, env: NodeJS.ProcessEnv = process.env): void {
  const draft = `${file}.${process.pid}-${threadId}.part`;
  try {
    execFileSync(COMPILER, [...FLAGS, '-o', draft, join(sourceFolder(), MAIN)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LIMIT_MS,
      env,
    });
    renameSync(draft, file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new Error(`there is no C compiler "${COMPILER}"; install gcc or clang`, { cause });
    throw new Error(`the C compiler failed: ${messageOf(cause)}`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
}

function sourceHash(): string {
  const hash = createHash('sha256').update(FLAGS.join(' '));
  const folder = sourceFolder();
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, HASH_LENGTH);
}

/** Of a clone, or of the package, whose JavaScript lies in `dist`. */
function sourceFolder(): string {
  const here = import.meta.dirname;
  const folders = [join(here, '../native'), join(dirname(here), 'shared/inference/native')];
  const found = folders.find((folder) => existsSync(join(folder, MAIN)));
  if (found === undefined) throw new Error('their source is not here');
  return found;
}
