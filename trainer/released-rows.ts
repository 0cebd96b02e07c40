import { z } from 'zod';
import { readJsonLines } from '#shared/json-lines.ts';
import type { TrainingExample } from './config.ts';

/** A row of the paper's released training files; its one user message ends in the suffix sentence already. */
const ReleasedRow = z.object({
  id: z.string(),
  prompt: z.tuple([z.object({ role: z.literal('user'), content: z.string() })]),
  reward_model: z.object({ ground_truth: z.string() }),
  repeats: z.number().int().positive().optional(),
});

/** Training examples from a released file as JSON lines. @throws {KnownError} `data-invalid` with file and line */
export function readReleasedRows(text: string, source: string): TrainingExample[] {
  const toExample = (value: unknown): TrainingExample => {
    const { id, prompt, reward_model, repeats } = ReleasedRow.parse(value);
    return { id, prompt: prompt[0].content, answer: reward_model.ground_truth, repeats: repeats ?? 1 };
  };
  const advice = 'Fetch the file again.';
  return readJsonLines(text, toExample, { code: 'data-invalid', what: 'training row', source, advice });
}
