import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { installLlamaCpp } from '../peers/peer-models.ts';
import { runProgram } from '../peers/run-program.ts';
import type { Workload } from './workloads.ts';

const Said = z.object({ completions: z.number(), tokens: z.number(), truncated: z.number() });

/** What the peer made, from the start of its process to its end. */
export interface Completed extends z.infer<typeof Said> {
  readonly seconds: number;
}

/**
 * Completes prompts with llama.cpp, so many sequences side by side, as its server does with as many slots.
 *
 * @param model - a GGUF file
 */
export async function completeWithLlamaCpp(
  model: string,
  prompts: readonly (readonly number[])[],
  { samples, temperature }: Pick<Workload, 'samples' | 'temperature'>,
  settings: {
    readonly stop: readonly number[];
    readonly slots: number;
    readonly threads: number;
    readonly maxTokens: number;
  },
): Promise<Completed> {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-evaluate-'));
  try {
    const request = join(folder, 'request.json');
    writeFileSync(request, JSON.stringify({ model, prompts, samples, temperature, ...settings }));
    const program = join(import.meta.dirname, '../peers/complete_with_llama_cpp.py');
    const started = performance.now();
    const { said } = await runProgram(installLlamaCpp(), [program, request]);
    return { ...Said.parse(said), seconds: (performance.now() - started) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
