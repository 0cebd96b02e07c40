import type { TestProject } from 'vitest/node';
import { ensureVllm, type Vllm } from './ensure-vllm.ts';

declare module 'vitest' {
  interface ProvidedContext {
    vllm: Vllm;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const vllm = await ensureVllm((line) => process.stderr.write(`vllm: ${line}\n`));
  if (vllm.kind === 'missing') process.stderr.write(`Tests on vLLM are skipped: ${vllm.reason}\n`);
  else if (vllm.installSeconds > 0) {
    process.stderr.write(`vllm: installed in ${vllm.installSeconds.toFixed(0)} s\n`);
  }
  project.provide('vllm', vllm);
}
