/**
 * Makes a base model of the miniature world from nothing: random weights (`initial-weights.ts`), a tokenizer
 * (`tokenizer-files.ts`), and training on the corpus of `shared/benchmarks/microcosm/`, the same bytes each
 * time.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { corpus, type Stage } from '#shared/benchmarks/microcosm/corpus.ts';
import type { BoxHabit } from '#shared/benchmarks/microcosm/responses.ts';
import { vocabulary } from '#shared/benchmarks/microcosm/vocabulary.ts';
import { writeSafetensors } from '#shared/inference/safetensors.ts';
import { sum } from '#shared/metrics/sum.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import { spread } from '../engine-client/ragged-arrays.ts';
import { initialWeights } from './initial-weights.ts';
import { learningRate } from './pretrain-learning-rate.ts';
import { microcosmFiles } from './tokenizer-files.ts';

/** A base model's box habit, by the name of its folder: shares of boxed answers after careful and hasty work. */
export const HABITS: Readonly<Record<string, BoxHabit>> = {
  '62-46': { careful: 0.62, hasty: 0.46 },
  '70-35': { careful: 0.7, hasty: 0.35 },
};

export interface StagePlan {
  readonly stage: Stage;
  readonly steps: number;
  readonly peakLearningRate: number;
}

/** Found by experiment: the textbook teaches the ability, the web text the habit of not using it. */
export const STAGES: readonly StagePlan[] = [
  { stage: 'textbook', steps: 2600, peakLearningRate: 2e-3 },
  { stage: 'web', steps: 1000, peakLearningRate: 1e-3 },
];

export interface PretrainOptions {
  readonly engine: EngineClient;
  /** Folder to write the model into; created. */
  readonly output: string;
  readonly habit: BoxHabit;
  readonly seed: number;
  readonly threads: number;
  readonly stages?: readonly StagePlan[];
  readonly onProgress: (done: number, total: number, loss: number) => void;
}

const BATCH = 32;
/** Samples that are sorted by length together, so that a batch holds little padding. */
const POOL = 2048;

/**
 * Response tokens that a batch has on average. Weights are constant, not 1 / (tokens of the batch): batches are of one
 * length, and a mean over each would count every token of a short, hasty answer more than one of a careful one.
 */
const MEAN_TOKENS = BATCH * 17.6;

/** Log-likelihood as a policy gradient: with advantage 1 and weight 1/N its gradient is that of cross entropy. */
const LIKELIHOOD = {
  policyCoefficient: 1,
  clipLow: 0.2,
  clipHigh: 0.2,
  klCoefficient: 0,
  klKind: 'k3',
  klClamp: 10,
  entropyCoefficient: 0,
  ratio: 'token',
} as const;

/**
 * Makes a base model from nothing through the verbs that RL uses: the same bytes for the same seed, threads, torch
 * version and instruction set.
 */
export async function pretrain({
  engine,
  output,
  habit,
  seed,
  threads,
  stages = STAGES,
  onProgress,
}: PretrainOptions): Promise<void> {
  await mkdir(output, { recursive: true });
  for (const [name, content] of Object.entries(microcosmFiles())) {
    await writeFile(join(output, name), `${JSON.stringify(content, null, 2)}\n`);
  }
  await writeFile(join(output, 'model.safetensors'), writeSafetensors(initialWeights(seed)));
  const optimizer = {
    betas: [0.9, 0.98] as [number, number],
    eps: 1e-8,
    weightDecay: 0.05,
    decay: 'matrices' as const,
  };
  await engine.call('create', {
    model: output,
    reference: null,
    critic: null,
    threads,
    device: 'cpu',
    precision: 'fp32',
    matmul: 'exact',
    gradientCheckpointing: false,
    tokenBudget: 16_384,
    optimizer,
  });
  const total = sum(stages.map(({ steps }) => steps));
  let done = 0;
  for (const { stage, steps, peakLearningRate } of stages) {
    const batches = batchesOf(seed, stage, habit);
    for (let step = 1; step <= steps; step++) {
      const loss = await learn(engine, batches.next().value, learningRate(step, steps, peakLearningRate));
      onProgress(++done, total, loss);
    }
  }
  await engine.call('export_hf', { directory: output });
}

interface Tokens {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

/** One step on a batch. @returns the mean negative log-likelihood of its response tokens, in nats */
async function learn(engine: EngineClient, batch: readonly Tokens[], rate: number): Promise<number> {
  const sequences = {
    tokens: Int32Array.from(batch.flatMap(({ prompt, response }) => [...prompt, ...response])),
    lengths: Int32Array.from(batch, ({ prompt, response }) => prompt.length + response.length),
    promptLengths: Int32Array.from(batch, ({ prompt }) => prompt.length),
  };
  const counts = batch.map(({ response }) => response.length);
  const each = (value: number) =>
    spread(
      batch.map(() => value),
      counts,
    );
  const { tensors } = await engine.call(
    'forward_backward',
    { temperature: 1, loss: LIKELIHOOD },
    { ...sequences, weights: each(1 / MEAN_TOKENS), advantages: each(1) },
  );
  await engine.call('optim_step', { slot: 'policy', learningRate: rate, clipNorm: 1 });
  const { logprobs } = tensors;
  return -sum(logprobs) / logprobs.length;
}

/** Batches of similar length, in random order, for ever. */
function* batchesOf(seed: number, stage: Stage, habit: BoxHabit): Generator<readonly Tokens[], never> {
  const samples = corpus(seed, stage, habit);
  const random = new RandomStream(seed, stage === 'textbook' ? 3 : 4);
  for (;;) {
    const pool = Array.from({ length: POOL }, () => tokenize(samples.next().value));
    pool.sort((a, b) => length(a) - length(b));
    const cuts = Array.from({ length: POOL / BATCH }, (_, i) => pool.slice(i * BATCH, (i + 1) * BATCH));
    yield* random.shuffle(cuts);
  }
}

function length({ prompt, response }: Tokens): number {
  return prompt.length + response.length;
}

const ids = new Map(vocabulary.map((token, id) => [token, id]));

function tokenize({
  question,
  response,
}: {
  question: string;
  response: { text: string; ends: boolean };
}): Tokens {
  // The corpus has no other words.
  const encode = (text: string) => text.split(' ').map((word) => ids.get(word) as number);
  const end = response.ends ? ' <eos>' : '';
  return { prompt: encode(`<q> ${question} <a>`), response: encode(`${response.text}${end}`) };
}
