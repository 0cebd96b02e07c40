import { execFile } from 'node:child_process';
import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userCache } from '#shared/adapters/disk/user-cache.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { ISOLATED, withoutPython } from '#shared/isolated-python.ts';

/** The vLLM that the product's extension, its routes and its command line are written for. */
export const VLLM_VERSION = '0.32.0';

/** A vLLM that can be started. */
export interface FoundVllm {
  /** Absolute path of the `vllm` program. */
  readonly program: string;
  /** As its package says, such as `0.32.0`, or `0.32.0+cpu` of the build that computes on a CPU. */
  readonly version: string;
}

/** Longer than an interpreter takes to start on a busy machine. */
const ASK_MS = 60_000;

/** Where `oneshot vllm install` puts it. */
export function vllmFolder(env: NodeJS.ProcessEnv): string {
  return join(userCache(env), 'vllm');
}

/** The file in that folder that says what is installed, once it is. */
export const VLLM_STAMP = 'oneshot-vllm.txt';

/**
 * The vLLM to start: the program that `ONESHOT_VLLM` names, else the one that `oneshot vllm install` has made.
 *
 * @returns null where there is none and none is named
 * @throws {KnownError} `vllm-missing` where the named one is not there, `vllm-version` for one of another version
 */
export async function findVllm(env: NodeJS.ProcessEnv): Promise<FoundVllm | null> {
  const named = env['ONESHOT_VLLM'];
  const program = named || join(vllmFolder(env), 'bin', 'vllm');
  const sign = named || join(vllmFolder(env), VLLM_STAMP);
  const isThere = await access(sign).then(
    () => true,
    () => false,
  );
  if (!isThere && !named) return null;
  if (!isThere) throw missing(`ONESHOT_VLLM names ${program}, which is not there`);
  const version = await versionOf(program, env).catch((cause: unknown) => {
    throw missing(`${program} does not say which version it is (${messageOf(cause).slice(0, 300)})`, cause);
  });
  if (version.split('+')[0] === VLLM_VERSION) return { program, version };
  throw new KnownError(
    'vllm-version',
    `${program} is vLLM ${version}, and oneshot speaks to ${VLLM_VERSION} alone. Run "oneshot vllm install", or name ` +
      `a vLLM ${VLLM_VERSION} in ONESHOT_VLLM.`,
  );
}

/** Asks the interpreter behind the program for its package: the program itself takes half a minute to say so. */
async function versionOf(program: string, env: NodeJS.ProcessEnv): Promise<string> {
  const script = 'import importlib.metadata as m; print(m.version("vllm"))';
  const asking = promisify(execFile)(await interpreterOf(program), [ISOLATED, '-c', script], {
    env: withoutPython(env),
    timeout: ASK_MS,
  });
  return (await asking).stdout.trim();
}

/** What pip writes into a program's first lines; for long paths the first is `#!/bin/sh`. */
async function interpreterOf(program: string): Promise<string> {
  const file = await open(program);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4096) });
    const [, python] =
      /^#!(?:\/bin\/sh\n'''exec' )?"?(\/[^\n"]*?python[\d.]*)/.exec(buffer.toString('utf8', 0, bytesRead)) ??
      [];
    if (python) return python;
    throw new Error('it names no Python interpreter in its first line, as the program of a package does');
  } finally {
    await file.close();
  }
}

function missing(what: string, cause?: unknown): KnownError {
  return new KnownError(
    'vllm-missing',
    `${what}. Name the program "vllm" of a vLLM ${VLLM_VERSION}, or unset ONESHOT_VLLM and run "oneshot vllm install".`,
    { cause },
  );
}
