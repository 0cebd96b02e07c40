import { resolve } from 'node:path';
import { vllmFolder } from '#cli/vllm/find-vllm.ts';
import { installVllm } from '#cli/vllm/install-vllm.ts';
import { messageOf } from '#shared/errors.ts';

/** The repository's own cache: what is installed there is used again until the pins change. */
export const VLLM_CACHE = resolve(import.meta.dirname, '../../.venv-vllm');

/** The `vllm` program, or why there is none. */
export type Vllm =
  | { readonly kind: 'ready'; readonly program: string; readonly installSeconds: number }
  | { readonly kind: 'missing'; readonly reason: string };

/** Makes sure that the repository holds vLLM's CPU build, 3.5 GB, as `oneshot vllm install --cpu` brings it. */
export async function ensureVllm(onProgress: (line: string) => void): Promise<Vllm> {
  const env = { ...process.env, ONESHOT_CACHE: VLLM_CACHE };
  const startedAt = performance.now();
  let installs = false;
  try {
    const program = await installVllm(env, 'cpu', (line) => {
      if (!installs) onProgress(`making ${vllmFolder(env)}; this takes some minutes, once`);
      installs = true;
      if (line.startsWith('installing')) onProgress(line);
    });
    return { kind: 'ready', program, installSeconds: installs ? (performance.now() - startedAt) / 1000 : 0 };
  } catch (error) {
    return { kind: 'missing', reason: `it cannot be installed: ${messageOf(error).slice(-500)}` };
  }
}
