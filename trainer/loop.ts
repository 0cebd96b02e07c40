/**
 * The training loop, read as the algorithm: sample, grade, journal, update, and every so often a checkpoint.
 *
 * The parts: `data/` picks rows, `samplers/` completes them, `rewards/` grades what is sampled, `rollouts/` has other
 * models score it, `advantages/` and `update/` weigh tokens and take the step, `metrics/` says what it was like, `journal/`
 * and `resume/` make it durable. The engine (`engine-client/`) holds the tensors and knows nothing of all this.
 */

import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Metrics } from '#shared/records/runs.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { assignAdvantages } from './advantages/assign-advantages.ts';
import { rowsOfStep } from './data/data-order.ts';
import type { TrainingRow } from './data/training-set.ts';
import type { EngineClient } from './engine-client/engine-client.ts';
import type { Result } from './engine-client/engine-protocol.ts';
import { type Journalled, putJournal } from './journal/journal.ts';
import type { Replay } from './journal/replay.ts';
import type { CheckpointChain } from './resume/checkpoint-chain.ts';
import { assertCurrent, type Claim } from './resume/claim.ts';
import type { Grader } from './rewards/grader.ts';
import { type Drawn, withGrades } from './rollouts/rollout.ts';
import { scoreRollouts } from './rollouts/score-rollouts.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { RunConfig } from './settings/config.ts';
import type { PhaseClock } from './telemetry/phase-clock.ts';
import { update } from './update/update.ts';

/** A policy's tokenizer, as far as training needs it. */
export interface Codec {
  decode(tokens: readonly number[]): string;
  /** Ids that end a completion. */
  readonly stop: readonly number[];
}

/** What a run trains with, whichever engine trains it. */
export interface RunInputs {
  readonly config: RunConfig;
  readonly rows: readonly TrainingRow[];
  /** Examples that are no rows, in the form of metrics: recorded with every step. */
  readonly dropped: Metrics;
  readonly codec: Codec;
  readonly grader: Grader;
}

/** A run in the hands of one engine. */
export interface Training {
  readonly inputs: RunInputs;
  readonly claim: Claim;
  readonly engine: EngineClient;
  readonly sampler: Sampler;
  /** Does a step's work while nobody else computes on the engine's device. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly replay: Replay;
  readonly checkpoints: CheckpointChain;
  readonly store: ObjectStore;
  readonly phases: PhaseClock;
  /** After everything that belongs to the step. @param peakBytes - the engine's largest memory so far */
  readonly onStep: (
    step: number,
    metrics: Metrics,
    peakBytes: Result<'status'>['peakBytes'],
  ) => Promise<void>;
}

/**
 * Trains from where the engine stands to the run's last step.
 *
 * @param from - the last step that is done
 */
export async function train(training: Training, from: number): Promise<void> {
  const { inputs, checkpoints, inTurn } = training;
  await checkpoints.begin(from);
  for (let step = from + 1; step <= inputs.config.steps; step++) {
    await inTurn(() => takeStep(training, step));
    checkpoints.check();
  }
}

async function takeStep(training: Training, step: number): Promise<void> {
  const { inputs, claim, engine, checkpoints, store, phases, onStep } = training;
  const { config, dropped } = inputs;
  const { blob, rollouts } = await rolloutsOf(training, step);
  const updated = await phases.time('update', () => update(engine, step, rollouts, config));
  const metrics = { ...updated, ...dropped };
  await put(store, record.step({ ...claim, step }), { step, journal: blob, metrics });
  checkpoints.add(step, metrics);
  if (checkpoints.due(step)) await phases.time('checkpoint', () => checkpoints.save(step));
  const { peakBytes } = (await engine.call('status', {})).result;
  await onStep(step, metrics, peakBytes);
}

/** The step's rollouts: read back if a driver before stored them, else sampled, graded, scored and journalled. */
async function rolloutsOf(training: Training, step: number): Promise<Journalled> {
  const { inputs, claim, engine, replay, store, phases } = training;
  const { config, grader } = inputs;
  const stored = await replay.find(step);
  if (stored) return stored;
  const drawn = await drawStep(training, step);
  const grades = await phases.time('reward', () => grader.grade(drawn, step));
  const scored = await scoreRollouts(withGrades(drawn, grades), config, engine, phases);
  const rollouts = assignAdvantages(scored, config);
  await assertCurrent(store, claim);
  return { blob: await putJournal(store, claim, step, rollouts), rollouts };
}

/** [G·K] completions of the step's rows by the policy of the step before. */
async function drawStep({ inputs, sampler, phases }: Training, step: number): Promise<Drawn[]> {
  const { config, rows, codec } = inputs;
  const { prompts, samples, sampling } = config;
  const order = rowsOfStep({ rows: rows.length, rowsPerStep: prompts, seed: sampling.seed, step });
  const batch = order.map((row) => rows[row] as TrainingRow);
  await phases.time('publish', () => sampler.publish(step - 1));
  const ask = { ...sampling, samples, step, stop: codec.stop, prompts: batch.map(({ prompt }) => prompt) };
  const drawn = await phases.time('rollout', () => sampler.sample(ask));
  return drawn.map(({ tokens, logprobs, stopped }, b) => {
    const row = Math.floor(b / samples);
    const { example, prompt, text: promptText } = batch[row] as TrainingRow; // one for each prompt asked
    return {
      row,
      sample: b % samples,
      example,
      prompt,
      promptText,
      completion: tokens,
      text: codec.decode([...(stopped ? tokens.slice(0, -1) : tokens)]),
      samplerLogprobs: logprobs,
      truncated: !stopped,
    };
  });
}
