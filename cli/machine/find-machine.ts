import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { usableMemory } from '#shared/inference/usable-memory.ts';
import { visibleGpus } from '../gpus/visible-gpus.ts';
import { findVllm } from '../vllm/find-vllm.ts';
import { engineTorch } from './engine-torch.ts';
import { Machine } from './machine.ts';
import { machineCores } from './machine-cores.ts';

/**
 * The machine that this runs on, or the one that the file in `ONESHOT_MACHINE` describes. Works before anything is
 * installed; torch and vLLM are asked only where there is a GPU.
 *
 * @throws {KnownError} `machine-invalid`, and as `findVllm` does
 */
export async function findMachine(env: NodeJS.ProcessEnv): Promise<Machine> {
  const file = env['ONESHOT_MACHINE'];
  if (file) return readMachine(file);
  const gpus = (await visibleGpus(env)).map(({ id: _, ...gpu }) => gpu);
  const torch = (gpus.length > 0 && engineTorch(env)) || null;
  return {
    cores: await machineCores(),
    memoryBytes: usableMemory(),
    gpus,
    torch: torch && { version: torch.version, cuda: torch.cuda },
    vllm: gpus.length > 0 ? await findVllm(env) : null,
  };
}

async function readMachine(file: string): Promise<Machine> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalid(file, messageOf(cause), cause);
  });
  const parsed = Machine.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data;
  throw invalid(file, z.prettifyError(parsed.error), parsed.error);
}

function invalid(file: string, why: string, cause: unknown): KnownError {
  return new KnownError(
    'machine-invalid',
    `ONESHOT_MACHINE names ${file}, which describes no machine: ${why}. docs/guide/gpu.md shows one.`,
    { cause },
  );
}
