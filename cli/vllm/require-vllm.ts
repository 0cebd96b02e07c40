import { KnownError } from '#shared/errors.ts';
import { type FoundVllm, findVllm } from './find-vllm.ts';

/** The vLLM to start. @throws {KnownError} `vllm-missing` where there is none, and as `findVllm` does */
export async function requireVllm(env: NodeJS.ProcessEnv): Promise<FoundVllm> {
  const found = await findVllm(env);
  if (found) return found;
  throw new KnownError(
    'vllm-missing',
    'vLLM is not installed. Run "oneshot vllm install", which brings it into the user\'s cache, or name the program of ' +
      'another installation in ONESHOT_VLLM.',
  );
}
