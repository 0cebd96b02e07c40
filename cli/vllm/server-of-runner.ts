import { randomUUID } from 'node:crypto';
import { freePort } from '#shared/adapters/http/free-port.ts';
import type { FoundVllm } from './find-vllm.ts';
import { deviceOf, KEY_VARIABLE, listing, servedVersion } from './start-servers.ts';

/**
 * What a runner needs in its environment to start vLLM by itself, in fp32, with the model of the first evaluation that asks for
 * it; the server ends with the runner. For a runner of one worker: each would start a server of its own at the address.
 */
export async function serverOfRunner(vllm: FoundVllm, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const url = `http://127.0.0.1:${await freePort()}`;
  return {
    ...listing(url, servedVersion(vllm, 'fp32'), env),
    [KEY_VARIABLE]: randomUUID(),
    MODEL_SERVER_COMMAND: vllm.program,
    MODEL_SERVER_DEVICE: deviceOf(vllm),
  };
}
