import { KnownError } from '#shared/errors.ts';
import { readJsonLines } from '#shared/json-lines.ts';
import { goldFault } from '#shared/verifier/verify.ts';
import { TrainingExample } from './config.ts';

/** One row of the training set, ready to be sampled from. */
export interface TrainingRow {
  readonly example: TrainingExample;
  readonly prompt: Int32Array;
}

/**
 * Rows of the training set: every example as often as it repeats, those with over-long prompts left out.
 *
 * @param encode - the user turn as prompt tokens, through the model's chat template
 * @throws {KnownError} `data-invalid` for an answer that no completion could match, `data-empty` if too few rows
 *   remain for one step
 */
export function trainingRows(
  examples: readonly TrainingExample[],
  encode: (user: string) => readonly number[],
  { maxPromptTokens, rowsPerStep }: { readonly maxPromptTokens: number; readonly rowsPerStep: number },
): TrainingRow[] {
  for (const { id, answer } of examples) {
    const fault = goldFault(answer);
    if (fault)
      throw new KnownError('data-invalid', `The answer of training example ${id} cannot be graded: ${fault}`);
  }
  const encoded = examples.map((example) => ({ example, prompt: Int32Array.from(encode(example.prompt)) }));
  const kept = encoded.filter(({ prompt }) => prompt.length <= maxPromptTokens);
  const rows = kept.flatMap((row) => new Array<TrainingRow>(row.example.repeats).fill(row));
  if (rows.length < rowsPerStep) {
    throw new KnownError(
      'data-empty',
      `A step needs ${rowsPerStep} rows, the training set has ${rows.length} ` +
        `(${encoded.length - kept.length} examples have prompts over ${maxPromptTokens} tokens). ` +
        'Lower --prompts, or add examples or repeats.',
    );
  }
  return rows;
}

/** Training examples from JSON lines. @throws {KnownError} `data-invalid` with the line's number */
export function parseExamples(text: string, source: string): TrainingExample[] {
  const parse = (value: unknown) => TrainingExample.parse(value);
  return readJsonLines(text, parse, { code: 'data-invalid', what: 'training example', source });
}
