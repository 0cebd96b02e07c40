/**
 * What a run may count on: `find-machine.ts` looks at the computer, or reads what `ONESHOT_MACHINE` describes;
 * `choose-automatic.ts` settles what a run left open. Imports `bootstrap/` and what lies below that.
 */
import { z } from 'zod';

const Gpu = z.strictObject({
  name: z.string().min(1),
  memoryBytes: z.number().int().positive(),
  /** Of CUDA, such as 8.0 or 9.0; `null`: the driver does not say. */
  capability: z
    .string()
    .regex(/^\d+\.\d+$/)
    .nullable()
    .default(null),
});
export type Gpu = z.infer<typeof Gpu>;

export const Machine = z.strictObject({
  /** Processor cores that may be used; the second thread of one does not count. */
  cores: z.number().int().positive(),
  memoryBytes: z.number().int().positive(),
  /** Those that programs may use, in CUDA's order. */
  gpus: z.array(Gpu).default([]),
  /** Torch of the engine's environment; `null`: it is not set up yet, or there is no GPU that it would have to know. */
  torch: z
    .strictObject({ version: z.string().min(1), cuda: z.boolean() })
    .nullable()
    .default(null),
  /** A vLLM that is installed. */
  vllm: z
    .strictObject({ program: z.string().min(1), version: z.string().min(1) })
    .nullable()
    .default(null),
});
export type Machine = z.infer<typeof Machine>;

/** Whether the engine computes on a GPU here, as far as anybody knows before it has started. */
export function hasCuda({ gpus, torch }: Machine): boolean {
  return gpus.length > 0 && torch?.cuda !== false;
}
