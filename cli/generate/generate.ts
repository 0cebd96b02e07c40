/**
 * `oneshot generate`: a model is asked with prompts (`asked-prompts.ts`) and answers as text or as JSON lines (`answers.ts`).
 * `score.ts` completes nothing: it says how probable given answers are. The model is loaded here, from the folder that `find-folder.ts` finds. Imports `models/` and `terminal/`.
 */
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { drawOf } from '#shared/inference/text/draw-of.ts';
import { TextModel, type TextPiece, type TextRequest } from '#shared/inference/text/text-model.ts';
import type { Sampling } from '#shared/ports/generator.ts';
import { printableLines } from '#shared/printable.ts';
import { durationText } from '../terminal/pace.ts';
import { Progress } from '../terminal/progress.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { AnswerLines, assertWritable } from './answer-lines.ts';
import { type Answer, Answers } from './answers.ts';
import { asAsked } from './as-asked.ts';
import { type AskedPrompt, readAskedPrompts } from './asked-prompts.ts';
import { findFolder } from './find-folder.ts';
import { namingPrompt } from './naming-prompt.ts';
import { readInput, readLines, STANDARD } from './read-input.ts';

export interface GenerateOptions extends Sampling {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly chat: boolean;
  readonly raw: boolean;
  readonly maxTokens: number;
  readonly samples: number;
  readonly seed: number;
  readonly stop?: readonly string[] | undefined;
  readonly logprobs: boolean;
  readonly threads: number;
  readonly precision: WeightPrecision;
}

/**
 * Asks a model. Every prompt is looked at before the first completion is begun.
 *
 * @throws {KnownError} `prompts-invalid`, `input-unreadable`, `output-unwritable`, `disk-full`; as `findFolder`,
 *   `TextModel.open` and `TextModel.complete` do
 */
export async function generate(
  name: string,
  prompt: string | undefined,
  options: GenerateOptions,
): Promise<void> {
  const progress = new Progress(process.stderr, options.json);
  const asked = await promptsOf(prompt, options.in);
  const { out, threads, precision } = options;
  assertWritable(out);
  const folder = await findFolder(name, options, progress);
  progress.show({ phase: 'loading', text: `loading ${name}` });
  const model = await TextModel.open(folder, { threads, precision }).finally(() => progress.clear());
  try {
    const requests = requestsOf(model, asked, options);
    const isText = options.in === undefined && out === undefined && !options.json && options.samples === 1;
    if (isText) await printText(model, requests);
    else await writeAnswers(model, requests, options, progress);
  } finally {
    await model.release();
  }
}

async function promptsOf(
  prompt: string | undefined,
  path: string | undefined,
): Promise<readonly AskedPrompt[]> {
  if (path !== undefined) return readLines(path, readAskedPrompts);
  if (prompt !== undefined) return [{ id: 1, text: prompt }];
  if (process.stdin.isTTY)
    throw new UsageError('oneshot generate', 'give a prompt, --in with a file, or a text on standard input');
  return [{ id: 1, text: await readInput(STANDARD) }];
}

interface Asking extends Omit<TextRequest, 'onPiece'> {
  readonly id: Answer['id'];
}

/** @throws {KnownError} with the id of the first prompt that cannot be completed */
function requestsOf(
  model: TextModel,
  asked: readonly AskedPrompt[],
  { raw, chat, samples, seed, stop = [], ...sampling }: GenerateOptions,
): readonly Asking[] {
  const { temperature, topP, topK, minP, repetitionPenalty, maxTokens } = sampling;
  return asked.flatMap(({ id, text }) => {
    const prompt = namingPrompt(id, () => {
      const tokens = asAsked(text, { raw, chat }, (each) =>
        typeof each === 'string' ? model.encode(each) : model.encodeChat(each),
      );
      model.check({ prompt: tokens, maxTokens });
      return tokens;
    });
    return Array.from({ length: samples }, (_, sample) => ({
      ...{ id, prompt, maxTokens, stop, draw: drawOf(seed, sample, prompt) },
      ...{ temperature, topP, topK, minP, repetitionPenalty },
    }));
  });
}

/** One completion, as it comes. */
async function printText(model: TextModel, requests: readonly Asking[]): Promise<void> {
  const { stdout } = process;
  let last = '';
  const onPiece = ({ text }: TextPiece) => {
    if (text === '') return;
    last = text;
    stdout.write(stdout.isTTY ? printableLines(text) : text);
  };
  await model.complete(requests.map((request) => ({ ...request, onPiece })));
  if (!last.endsWith('\n')) stdout.write('\n');
}

/** Completions as JSON lines: on standard output each as soon as those before it are whole, in a file all at once. */
async function writeAnswers(
  model: TextModel,
  requests: readonly Asking[],
  { out = STANDARD, json, logprobs, samples }: GenerateOptions,
  progress: Progress,
): Promise<void> {
  const lines = new AnswerLines(out, progress);
  const names = requests.map(({ id }, i) => ({ id, sample: i % samples }));
  const answers = new Answers(names, logprobs, (answer) => lines.add(answer));
  const startMs = performance.now();
  const tell = () => progress.show(entryOf(answers, requests.length, performance.now() - startMs));
  await model
    .complete(
      requests.map((request, index) => ({
        ...request,
        onPiece: (piece) => {
          answers.add(index, piece);
          if (requests.length > 1) tell();
        },
      })),
    )
    .finally(() => progress.clear());
  await lines.save();
  if (out === STANDARD) return;
  const { done: completions, tokens } = answers;
  const line = { event: 'generated', completions, tokens, out };
  process.stdout.write(json ? `${JSON.stringify(line)}\n` : `${completions} completions: ${out}\n`);
}

/** @param elapsedMs - since the first prompt was begun */
function entryOf({ done, tokens }: Answers, total: number, elapsedMs: number) {
  const tokensPerSecond = Math.round((tokens / elapsedMs) * 1000);
  const left = done === 0 ? '' : `, ${durationText((elapsedMs / done) * (total - done))} left`;
  return {
    phase: 'generating',
    text: `${done} of ${total} completions, ${tokensPerSecond} tokens/s${left}`,
    numbers: { done, total, tokens, tokensPerSecond },
  };
}
