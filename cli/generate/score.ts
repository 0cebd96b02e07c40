import { KnownError } from '#shared/errors.ts';
import type { Scored } from '#shared/inference/score-continuations.ts';
import { TextModel } from '#shared/inference/text/text-model.ts';
import { Progress } from '../terminal/progress.ts';
import { AnswerLines, assertWritable } from './answer-lines.ts';
import { asAsked } from './as-asked.ts';
import { type AskedChoices, readAskedChoices } from './asked-prompts.ts';
import { findFolder } from './find-folder.ts';
import type { GenerateOptions } from './generate.ts';
import { namingPrompt } from './naming-prompt.ts';
import { readLines, STANDARD } from './read-input.ts';

/** The choices of a prompt as a JSON line shows them. */
interface ScoredChoices {
  readonly id: AskedChoices['id'];
  /** Index of the choice with the largest sum, the first of several. */
  readonly likeliest: number;
  /** The sum of `logprobs`, natural logarithms of the probability of each token. */
  readonly choices: readonly {
    readonly text: string;
    readonly logprob: number;
    readonly logprobs: readonly number[];
  }[];
}

export interface ScoreOptions
  extends Pick<GenerateOptions, 'home' | 'aws' | 'json' | 'out' | 'chat' | 'raw' | 'threads' | 'precision'> {
  readonly in: string;
}

/**
 * Says of the choices of each prompt how probable they are, and which is the likeliest. Every prompt is looked at before the first is
 * scored.
 *
 * @throws {KnownError} `prompts-invalid`, `input-unreadable`, `output-unwritable`, `disk-full`; as `findFolder`,
 *   `TextModel.open` and `TextModel.score` do
 */
export async function scoreChoices(name: string, options: ScoreOptions): Promise<void> {
  const { out = STANDARD, threads, precision, json } = options;
  const progress = new Progress(process.stderr, json);
  const asked = await readLines(options.in, readAskedChoices);
  assertWritable(out);
  const folder = await findFolder(name, options, progress);
  progress.show({ phase: 'loading', text: `loading ${name}` });
  const model = await TextModel.open(folder, { threads, precision }).finally(() => progress.clear());
  const lines = new AnswerLines(out, progress);
  try {
    const encoded = asked.map((each) => namingPrompt(each.id, () => encodedOf(model, each, options)));
    for (const [done, { prompt, choices }] of encoded.entries()) {
      const numbers = { done, total: asked.length };
      if (asked.length > 1)
        progress.show({ phase: 'scoring', text: `${done} of ${asked.length} prompts`, numbers });
      lines.add(scoredOf(asked[done] as AskedChoices, await model.score(prompt, choices))); // one for each
    }
  } finally {
    progress.clear();
    await model.release();
  }
  await lines.save();
  if (out === STANDARD) return;
  const line = { event: 'scored', prompts: asked.length, out };
  process.stdout.write(json ? `${JSON.stringify(line)}\n` : `${asked.length} prompts: ${out}\n`);
}

type Encoded = ReturnType<TextModel['encodeChoices']>;

/** @throws {KnownError} where it cannot be scored */
function encodedOf(
  model: TextModel,
  { text, choices }: AskedChoices,
  options: Pick<GenerateOptions, 'raw' | 'chat'>,
): Encoded {
  const encoded = asAsked(text, options, (prompt) => model.encodeChoices(prompt, choices));
  model.check({ prompt: encoded.prompt, maxTokens: 1 });
  for (const [i, tokens] of encoded.choices.entries()) {
    if (tokens.length === 0)
      throw new KnownError(
        'prompts-invalid',
        `its choice ${JSON.stringify(choices[i])} has no token of this model. Write it with letters that the model knows.`,
      );
    // The last token is asked for, and has no place of its own.
    model.check({ prompt: [...encoded.prompt, ...tokens].slice(0, -1), maxTokens: 1 });
  }
  return encoded;
}

function scoredOf({ id, choices }: AskedChoices, scored: readonly Scored[]): ScoredChoices {
  const told = scored.map(({ logprobs }, i) => ({
    text: choices[i] as string, // one for each
    logprob: logprobs.reduce((sum, logprob) => sum + logprob, 0),
    logprobs,
  }));
  const sums = told.map(({ logprob }) => logprob);
  return { id, likeliest: sums.indexOf(Math.max(...sums)), choices: told };
}
