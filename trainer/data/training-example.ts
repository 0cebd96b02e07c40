import { z } from 'zod';

/** More copies of one example than any step has prompts are a slip. */
const MOST_REPEATS = 100_000;

/** One training example; `repeats` copies of it are rows of the training set. */
export const TrainingExample = z.object({
  id: z.string().min(1),
  /** What the user turn says. */
  prompt: z.string().min(1),
  /** `prompt` is a bare problem, which the suffix of `prompt.suffix` follows. */
  bare: z.boolean().default(false),
  answer: z.string(),
  repeats: z.number().int().positive().max(MOST_REPEATS).default(1),
  /** What else a user's own data says of it, for a reward of the user's own. */
  fields: z.record(z.string(), z.json()).optional(),
});
export type TrainingExample = z.infer<typeof TrainingExample>;
