import { canonicalJson, type Json } from '#shared/encoding/canonical-json.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Journal, Metrics, RolloutRecord } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { fillEvaluation, type Shape } from './fill-evaluation.ts';

/** How large a run is. */
export interface RunShape {
  readonly checkpoints: number;
  /** Steps from one checkpoint to the next. */
  readonly stepsBetween: number;
  /** So many of the first steps have rollouts. */
  readonly journalled: number;
  /** Of every checkpoint. */
  readonly evaluation: Shape;
}

const PROMPTS = 16;
const SAMPLES = 8;

/** Puts a run that is over, with made-up metrics, rollouts and evaluations. @returns the evaluations, oldest first */
export async function fillRun(store: ObjectStore, run: string, shape: RunShape): Promise<readonly string[]> {
  const { checkpoints, stepsBetween, journalled } = shape;
  const evaluations: string[] = [];
  for (let index = 0; index < checkpoints; index++) {
    const checkpoint = { run, step: index * stepsBetween };
    evaluations.push(await fillEvaluation(store, modelOf(index), shape.evaluation, index, checkpoint));
  }
  const requests = await Promise.all(evaluations.map((id) => read(store, record.evaluationRequest(id))));
  const example = { id: 'pi1', prompt: 'What is 7 x + 2 for x = 7?', answer: '51' };
  const config = {
    ...{ recipe: 'pi1', steps: (checkpoints - 1) * stepsBetween, prompts: PROMPTS, samples: SAMPLES },
    ...{ model: modelOf(0), evaluation: requests[0] ?? null, checkpointEvery: stepsBetween },
    examples: await putBlob(store, bytesOf(example)),
  };
  await put(store, record.run(run), { config, codeVersion: 'made-up' });
  await put(store, record.runEntry(1000, run), { run, createdAt: 1000, recipe: 'pi1' });
  const host = { torch: 'made-up', transformers: 'made-up', instructionSet: 'made-up' };
  await put(store, record.incarnation(run, 1), { nonce: 'n', resumesFrom: null, host });
  for (let step = 1; step <= journalled; step++) await putStep(store, run, step);
  let parent: string | null = null;
  for (const [index, evaluation] of requests.entries()) {
    const step = index * stepsBetween;
    const steps = Array.from({ length: index === 0 ? 0 : stepsBetween }, (_, i) => step - i)
      .reverse()
      .map((each) => ({ step: each, metrics: metricsOf(each) }));
    const ref = { run, step, incarnation: 1 };
    await put(store, record.checkpoint(ref), {
      ...{ step, model: modelOf(index), state: {}, parent, steps, evaluation },
    });
    parent = keys.checkpoint(ref);
  }
  return evaluations;
}

/** A digest of a model that is nowhere. */
function modelOf(index: number): string {
  const letters = [...index.toString(26)].map(
    (digit) => 'abcdefghijklmnopqrstuvwxyz'[Number.parseInt(digit, 26)],
  );
  return letters.join('').padStart(26, 'a');
}

async function putStep(store: ObjectStore, run: string, step: number): Promise<void> {
  const rollouts = Array.from({ length: PROMPTS * SAMPLES }, (_, index): RolloutRecord => {
    const correct = (index * 7 + step) % 3 > 0;
    return {
      ...{ row: Math.floor(index / SAMPLES), sample: index % SAMPLES, example: 'pi1' },
      ...{ prompt: '', completion: 'AAAAAAAAAAA=', samplerLogprobs: '' },
      ...{ oldLogprobs: null, referenceLogprobs: null, critic: null, truncated: index % 10 === 0 },
      text: `${'so 7 x and 2 more is \\frac{a}{b}, and '.repeat(40)}\\boxed{${correct ? 51 : index}}`,
      ...{ verdict: correct ? 'correct' : 'incorrect', reason: 'equal-text', extracted: '51' },
      ...{ reward: Number(correct), advantage: correct ? 0.7 : -1.4 },
    };
  });
  const journal = await putBlob(store, bytesOf({ schemaVersion: 1, step, rollouts } satisfies Journal));
  await put(store, record.step({ run, step, incarnation: 1 }), { step, journal, metrics: metricsOf(step) });
}

function bytesOf(value: Json): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

function metricsOf(step: number): Metrics {
  const wave = Math.sin(step / 50);
  return {
    'reward/mean': 1 - Math.exp(-step / 300),
    'reward/mixed_group_share': Math.exp(-step / 500),
    'completion/tokens': 500_000,
    'completion/length_mean': 500 + 50 * wave,
    'completion/truncated_share': 0.1 + 0.05 * wave,
    'policy/entropy': 0.3 + 0.1 * wave,
    'policy/kl': step / 1e5,
    'policy/grad_norm': 0.2 + 0.1 * wave,
    'policy/clip_share': 0,
    'group/correct_8': 10,
  };
}
