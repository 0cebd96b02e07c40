import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Longer than the driver of many GPUs takes to answer. */
const ASK_MS = 20_000;

/**
 * What `CUDA_VISIBLE_DEVICES` may name, one for each NVIDIA GPU that programs started from here see; none without a driver.
 */
export async function visibleGpus(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const named = env['CUDA_VISIBLE_DEVICES'];
  if (named !== undefined) return named.split(',').filter((name) => name !== '' && name !== '-1');
  const query = ['--query-gpu=index', '--format=csv,noheader'];
  const asking = promisify(execFile)('nvidia-smi', query, { env, timeout: ASK_MS });
  const stdout = await asking.then(
    (answer) => answer.stdout,
    () => '',
  );
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^\d+$/.test(line));
}
