/**
 * `oneshot generate`: a model is asked with prompts (`asked-prompts.ts`) and answers as text or as JSON lines (`answers.ts`).
 * The model is loaded here, from the folder that `find-folder.ts` finds. Imports `models/` and `terminal/`.
 */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { hasCode, KnownError, messageOf } from '#shared/errors.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { drawOf } from '#shared/inference/text/draw-of.ts';
import { TextModel, type TextPiece, type TextRequest } from '#shared/inference/text/text-model.ts';
import type { Sampling } from '#shared/ports/generator.ts';
import { printableLines } from '#shared/printable.ts';
import { durationText } from '../terminal/pace.ts';
import { Progress } from '../terminal/progress.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type Answer, Answers } from './answers.ts';
import { type AskedPrompt, readAskedPrompts } from './asked-prompts.ts';
import { findFolder } from './find-folder.ts';

const STANDARD = '-';

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
  if (out !== undefined && out !== STANDARD) assertWritable(out);
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

/** Before anything is generated for it. @throws {KnownError} `output-unwritable`, `disk-full` */
function assertWritable(path: string): void {
  makeFolder(dirname(path), { code: 'output-unwritable', advice: 'name another' });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new KnownError('output-unwritable', `${path} is a folder. Name a file with --out.`);
}

async function promptsOf(
  prompt: string | undefined,
  path: string | undefined,
): Promise<readonly AskedPrompt[]> {
  if (path !== undefined) {
    const source = path === STANDARD ? 'standard input' : path;
    const asked = readAskedPrompts(await textOf(path), source);
    if (asked.length > 0) return asked;
    throw new KnownError('prompts-invalid', `${source} has no prompts. Write one on each line.`);
  }
  if (prompt !== undefined) return [{ id: 1, text: prompt }];
  if (process.stdin.isTTY)
    throw new UsageError('oneshot generate', 'give a prompt, --in with a file, or a text on standard input');
  return [{ id: 1, text: await textOf(STANDARD) }];
}

async function textOf(path: string): Promise<string> {
  if (path === STANDARD) return readAll(process.stdin);
  const bytes = await readFile(path).catch((cause: unknown) => {
    const message = `${path} cannot be read (${messageOf(cause)}). Name a file of JSON lines, or - for standard input.`;
    throw new KnownError('input-unreadable', message, { cause });
  });
  return utf8Text(bytes, { code: 'prompts-invalid', source: path });
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
    const prompt = explaining(id, () => {
      const tokens = encoded(model, text, raw ? 'raw' : chat ? 'chat' : 'either');
      model.check({ prompt: tokens, maxTokens });
      return tokens;
    });
    return Array.from({ length: samples }, (_, sample) => ({
      ...{ id, prompt, maxTokens, stop, draw: drawOf(seed, sample, prompt) },
      ...{ temperature, topP, topK, minP, repetitionPenalty },
    }));
  });
}

function encoded(
  model: TextModel,
  text: AskedPrompt['text'],
  as: 'raw' | 'chat' | 'either',
): readonly number[] {
  if (typeof text !== 'string') {
    if (as !== 'raw') return model.encodeChat(text);
    throw new KnownError('prompts-invalid', 'it has messages, which are no text as it is. Leave --raw out.');
  }
  if (as === 'raw') return model.encode(text);
  try {
    return model.encodeChat([{ role: 'user', content: text }]);
  } catch (error) {
    if (as === 'either' && hasCode(error, 'chat-template-missing')) return model.encode(text);
    throw error;
  }
}

function explaining<T>(id: Answer['id'], read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof KnownError)) throw cause;
    throw new KnownError(cause.code, `Prompt ${JSON.stringify(id)}: ${cause.message}`, { cause });
  }
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
  const lines: string[] = [];
  const names = requests.map(({ id }, i) => ({ id, sample: i % samples }));
  const answers = new Answers(names, logprobs, (answer) => {
    const line = `${JSON.stringify(answer)}\n`;
    if (out !== STANDARD) lines.push(line);
    else {
      progress.clear();
      process.stdout.write(line);
    }
  });
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
  if (out === STANDARD) return;
  await saveStream(bytesOf(lines), out);
  const { done: completions, tokens } = answers;
  const line = { event: 'generated', completions, tokens, out };
  process.stdout.write(json ? `${JSON.stringify(line)}\n` : `${completions} completions: ${out}\n`);
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const line of lines) yield encoder.encode(line);
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
