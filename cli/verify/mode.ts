import { z } from 'zod';
import type { Mode as ModeName } from '#shared/verifier/verification.ts';

/** The verifier's modes, as input names them. */
export const Mode = z.enum([
  'reward',
  'benchmark',
  'paper-train',
  'paper-eval',
  'format',
]) satisfies z.ZodType<ModeName>;
export type Mode = z.infer<typeof Mode>;
