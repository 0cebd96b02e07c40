import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ISOLATED } from '#shared/isolated-python.ts';
import { venvPython } from '../bootstrap/venv-folder.ts';

/** What the torch of the engine's environment is and can do. */
export interface EngineTorch {
  readonly version: string;
  /** Such as AVX2. */
  readonly instructionSet: string;
  /** Whether it finds a GPU. */
  readonly cuda: boolean;
}

const SCRIPT =
  'import torch; print(torch.__version__, torch.backends.cpu.get_cpu_capability(), torch.cuda.is_available())';

/** Asks it, which takes seconds. @returns `null` before the first bootstrap, `undefined` where its packages do not load */
export function engineTorch(env: NodeJS.ProcessEnv): EngineTorch | null | undefined {
  const interpreter = venvPython(env);
  if (!existsSync(interpreter)) return null;
  const { status, stdout } = spawnSync(interpreter, [ISOLATED, '-c', SCRIPT], { encoding: 'utf8', env });
  const [version, instructionSet, cuda] = stdout?.trim().split(' ') ?? [];
  if (status !== 0 || version === undefined || instructionSet === undefined) return undefined;
  return { version, instructionSet, cuda: cuda === 'True' };
}
