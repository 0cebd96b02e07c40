import { z } from 'zod';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { PAPER_SUFFIX } from '../settings/paper-suffix.ts';
import type { TrainingExample } from './training-example.ts';

/** A row of the paper's released training files; its one user message ends in the suffix sentence. */
const ReleasedRow = z.object({
  id: z.string(),
  prompt: z.tuple([z.object({ role: z.literal('user'), content: z.string() })]),
  reward_model: z.object({ ground_truth: z.string() }),
  repeats: z.number().int().positive().optional(),
});

/**
 * Training examples from a released file as JSON lines, the suffix sentence taken off so that a setting can change it.
 *
 * @throws {KnownError} `data-invalid` with file and line
 */
export function readReleasedRows(text: string, source: string): TrainingExample[] {
  const toExample = (value: unknown): TrainingExample => {
    const { id, prompt, reward_model, repeats } = ReleasedRow.parse(value);
    const { content } = prompt[0];
    const bare = content.endsWith(PAPER_SUFFIX);
    const problem = bare ? content.slice(0, -PAPER_SUFFIX.length) : content;
    return { id, prompt: problem, bare, answer: reward_model.ground_truth, repeats: repeats ?? 1 };
  };
  const advice = 'Fetch the file again.';
  return readJsonLines(text, toExample, { code: 'data-invalid', what: 'training row', source, advice });
}
