/**
 * From examples to the rows that training samples from: labels are edited (`wrong-labels.ts`), invalid ones refused or
 * left out, problems become prompts, over-long prompts are left out, and every example stands as often as it repeats; a few-shot
 * set is repeated to fill a step (`fill-step.ts`).
 */
import { fillTemplate } from '#shared/benchmarks/prompt-template.ts';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { KnownError } from '#shared/errors.ts';
import { goldFault } from '#shared/verifier/verify.ts';
import type { Reward, RunSettings } from '../settings/config.ts';
import { fillStep } from './fill-step.ts';
import { solutionFault } from './solution-fault.ts';
import { TrainingExample } from './training-example.ts';
import { withWrongLabels } from './wrong-labels.ts';

/** One row of the training set, ready to be sampled from. */
export interface TrainingRow {
  readonly example: TrainingExample;
  /** The whole prompt as text, and its tokens. */
  readonly text: string;
  readonly prompt: Int32Array;
}

export interface TrainingSet {
  readonly rows: readonly TrainingRow[];
  /** Examples that were left out. */
  readonly dropped: { readonly overlong: number; readonly invalidLabel: number };
}

/** A model's way from a user turn to tokens. */
export interface PromptCodec {
  /** The model's chat template over one user turn, generation prompt included. */
  readonly renderChat: (user: string) => string;
  readonly encode: (text: string) => readonly number[];
  /** Tokens of prompt and completion together; unbounded unless said. */
  readonly context?: number;
}

/**
 * @throws {KnownError} `data-invalid` for an answer that no completion could match, where those are refused;
 *   `data-empty` if too few rows remain for one step
 */
export function trainingSet(
  examples: readonly TrainingExample[],
  { renderChat, encode, context = Number.POSITIVE_INFINITY }: PromptCodec,
  settings: Pick<RunSettings, 'data' | 'prompt' | 'sampling' | 'reward' | 'prompts'>,
): TrainingSet {
  const { data, prompt, sampling, reward, prompts } = settings;
  const valid = withValidLabels(editLabels(examples, data), reward, data.invalidLabels);
  const encoded = valid.map((example) => {
    const user = example.bare ? example.prompt + prompt.suffix : example.prompt;
    const text = fillTemplate(prompt.template, user, renderChat);
    return { example, text, prompt: Int32Array.from(encode(text)) };
  });
  // A prompt that fills the context leaves no room for a completion.
  const longest = Math.min(sampling.maxPromptTokens, context - 1);
  const kept = encoded.filter((row) => row.prompt.length <= longest);
  const repeats = fillStep(
    kept.map(({ example }) => example.repeats),
    prompts,
  );
  const rows = kept.flatMap((row, index) => new Array<TrainingRow>(repeats[index] as number).fill(row));
  const dropped = { overlong: encoded.length - kept.length, invalidLabel: examples.length - valid.length };
  if (rows.length >= prompts) return { rows, dropped };
  throw new KnownError(
    'data-empty',
    `A step needs ${prompts} rows, the training set has ${rows.length} (${dropped.overlong} examples have prompts over ` +
      `${longest} tokens, ${dropped.invalidLabel} have answers that cannot be graded). ` +
      `Lower --prompts, or add examples or repeats.${dropped.overlong > 0 ? advice(sampling, context) : ''}`,
  );
}

function advice({ maxPromptTokens }: RunSettings['sampling'], context: number): string {
  if (context <= maxPromptTokens)
    return ` Longer prompts need another model: the context of this one is ${context}.`;
  return ' Longer prompts are taken with a higher sampling.maxPromptTokens.';
}

/** Training examples from JSON lines. @throws {KnownError} `data-invalid` with the line's number */
export function parseExamples(text: string, source: string): TrainingExample[] {
  const parse = (value: unknown) => TrainingExample.parse(value);
  return readJsonLines(text, parse, { code: 'data-invalid', what: 'training example', source });
}

function editLabels(
  examples: readonly TrainingExample[],
  { labelOverride, wrongLabels }: RunSettings['data'],
): readonly TrainingExample[] {
  const overridden =
    labelOverride === null ? examples : examples.map((example) => ({ ...example, answer: labelOverride }));
  return wrongLabels.share === 0 ? overridden : withWrongLabels(overridden, wrongLabels);
}

function withValidLabels(
  examples: readonly TrainingExample[],
  reward: Reward,
  invalid: 'refuse' | 'skip',
): readonly TrainingExample[] {
  if (reward.kind !== 'verifier' || reward.mode === 'format') return examples;
  const judged = examples.map((example) => ({
    example,
    fault: goldFault(example.answer) ?? solutionFault(example.answer),
  }));
  const faulty = judged.filter(({ fault }) => fault !== undefined);
  if (faulty.length > 0 && invalid === 'refuse') {
    const named = faulty.map(({ example, fault }) => `${example.id} (${fault})`).join(', ');
    throw new KnownError(
      'data-invalid',
      `Answers of the training set cannot be graded: ${named}. ` +
        'Correct them, or leave these examples out with --set data.invalidLabels=skip.',
    );
  }
  return judged.filter(({ fault }) => fault === undefined).map(({ example }) => example);
}
