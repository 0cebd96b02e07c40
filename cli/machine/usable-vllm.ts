import type { Machine } from './machine.ts';
import type { Reasoned } from './reasoned.ts';

/** The vLLM that computes on a machine's GPUs, or why there is none. */
export function usableVllm({ gpus, vllm }: Machine): Reasoned<NonNullable<Machine['vllm']> | null> {
  if (gpus.length === 0) return { value: null, reason: 'no GPU is here' };
  if (vllm === null) return { value: null, reason: 'no vLLM is found' };
  if (vllm.version.endsWith('+cpu'))
    return { value: null, reason: 'the vLLM that is found computes on CPUs' };
  return { value: vllm, reason: `vLLM ${vllm.version} is found` };
}
