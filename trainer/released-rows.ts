import { z } from 'zod';
import { KnownError, messageOf } from '#shared/errors.ts';
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
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      try {
        const { id, prompt, reward_model, repeats } = ReleasedRow.parse(JSON.parse(line));
        return { id, prompt: prompt[0].content, answer: reward_model.ground_truth, repeats: repeats ?? 1 };
      } catch (cause) {
        const message = `${source}, line ${number}, is no training row: ${messageOf(cause)} Fetch the file again.`;
        throw new KnownError('data-invalid', message, { cause });
      }
    });
}
