/**
 * The training loop, read as the algorithm: sample, verify, journal, update, and every so often a checkpoint.
 *
 * The parts: `data/` picks rows, `samplers/` completes them, `rewards/` grades what is sampled, `score-rollouts.ts` has
 * other models score it, `assign-advantages.ts` and `token-weights.ts` weigh tokens, `update.ts` takes the step,
 * `journal.ts`, `replay.ts` and `checkpoint.ts` make it durable, `boundary.ts` says where a run stands. The engine
 * (`engine-client.ts`) holds the tensors and knows nothing of all this.
 */

import type { EvaluationRequest, Metrics } from '#shared/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { assignAdvantages } from './advantages/assign-advantages.ts';
import { rowsOfStep } from './data/data-order.ts';
import type { TrainingRow } from './data/training-set.ts';
import type { EngineClient } from './engine-client/engine-client.ts';
import type { Result } from './engine-client/engine-protocol.ts';
import { type Journalled, putJournal } from './journal/journal.ts';
import { Replay, type ReplayOptions } from './journal/replay.ts';
import { BackgroundTask } from './resume/background-task.ts';
import type { Boundary } from './resume/boundary.ts';
import {
  type CheckpointContent,
  type CheckpointPorts,
  commitCheckpoint,
  draftEngineState,
  type StoredState,
  storeEngineState,
} from './resume/checkpoint.ts';
import { assertCurrent, type Claim } from './resume/claim.ts';
import type { Grader } from './rewards/grader.ts';
import { type GradedRollout, toRollouts } from './rollouts/rollout.ts';
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

export interface Training extends ReplayOptions {
  readonly config: RunConfig;
  readonly claim: Claim;
  readonly rows: readonly TrainingRow[];
  /** Examples that are no rows, in the form of metrics: recorded with every step. */
  readonly dropped: Metrics;
  readonly codec: Codec;
  readonly grader: Grader;
  readonly engine: EngineClient;
  readonly sampler: Sampler;
  /** Folder of the base model. */
  readonly baseFolder: string;
  readonly ports: CheckpointPorts;
  readonly phases: PhaseClock;
  readonly onCheckpoint: (step: number, evaluation: EvaluationRequest | null) => Promise<void>;
  /** After everything that belongs to the step. @param engineBytes - the engine's largest memory so far */
  readonly onStep: (
    step: number,
    metrics: Metrics,
    peakBytes: Result<'status'>['peakBytes'],
  ) => Promise<void>;
}

/**
 * Trains from where the engine stands to the run's last step. Without a checkpoint that is the untouched base or what the
 * run forks from, which becomes its first checkpoint. A checkpoint is written and stored while the next steps go on; it is
 * settled, one way or the other, when this ends.
 */
export async function train(training: Training, from: Boundary): Promise<void> {
  const storing = new BackgroundTask();
  try {
    await trainSteps(training, from, storing);
  } catch (error) {
    await storing.end().catch(() => {}); // the first failure is the one to tell
    throw error;
  }
  await storing.end();
}

async function trainSteps(training: Training, from: Boundary, storing: BackgroundTask): Promise<void> {
  const { config, claim, engine, baseFolder, ports, phases } = training;
  let { checkpoint: parent, steps } = from;
  const commit = (step: number, store: () => Promise<StoredState>) => {
    const content = { step, parent, steps };
    parent = keys.checkpoint({ ...claim, step });
    steps = [];
    return storing.start(async () => commitStored(training, await store(), content));
  };
  const save = async (step: number) => {
    const draft = await draftEngineState(engine, baseFolder, ports);
    await commit(step, () => storeEngineState(draft, claim.run, ports));
  };
  if (parent === null)
    await (from.step === 0 ? commit(0, async () => ({ model: config.model, state: {} })) : save(from.step));
  const replay = await Replay.after(from.step, ports.store, claim, training);
  for (let step = from.step + 1; step <= config.steps; step++) {
    const { blob, rollouts } = await rolloutsOf(training, replay, step);
    const updated = await phases.time('update', () => update(engine, step, rollouts, config));
    const metrics = { ...updated, ...training.dropped };
    await putObject(ports.store, keys.step({ ...claim, step }), {
      schemaVersion: 1,
      step,
      journal: blob,
      metrics,
    });
    steps = [...steps, { step, metrics }];
    if (step % config.checkpointEvery === 0 || step === config.steps)
      await phases.time('checkpoint', () => save(step));
    const { peakBytes } = (await engine.call('status', {})).result;
    await training.onStep(step, metrics, peakBytes);
    storing.check();
  }
}

/** The step's rollouts: read back if a driver before stored them, else sampled, graded and journalled. */
async function rolloutsOf(training: Training, replay: Replay, step: number): Promise<Journalled> {
  const { ports, claim, config, engine, phases } = training;
  const stored = await replay.find(step);
  if (stored) return stored;
  const graded = await sampleStep(training, step);
  const rollouts = assignAdvantages(await scoreRollouts(graded, config, engine, phases), config);
  await assertCurrent(ports.store, claim);
  return { blob: await putJournal(ports.store, claim, step, rollouts), rollouts };
}

async function sampleStep(
  { config, rows, sampler, codec, grader, phases }: Training,
  step: number,
): Promise<GradedRollout[]> {
  const { prompts, samples, sampling } = config;
  const order = rowsOfStep({ rows: rows.length, rowsPerStep: prompts, seed: sampling.seed, step });
  const batch = order.map((row) => rows[row] as TrainingRow);
  await phases.time('publish', () => sampler.publish(step - 1));
  const ask = { ...sampling, samples, step, stop: codec.stop, prompts: batch.map(({ prompt }) => prompt) };
  const drawn = await phases.time('rollout', () => sampler.sample(ask));
  return phases.time('reward', async () => {
    const sampled = drawn.map(({ tokens, logprobs, stopped }, b) => {
      const row = Math.floor(b / samples);
      const { example, prompt, text: promptText } = batch[row] as TrainingRow;
      const text = codec.decode([...(stopped ? tokens.slice(0, -1) : tokens)]);
      return {
        row,
        sample: b % samples,
        example,
        prompt,
        promptText,
        completion: tokens,
        text,
        logprobs,
        stopped,
      };
    });
    return toRollouts(sampled, await grader.grade(sampled, step));
  });
}

async function commitStored(
  { config, claim, ports, onCheckpoint }: Training,
  stored: StoredState,
  content: Omit<CheckpointContent, 'evaluation'>,
): Promise<void> {
  await commitCheckpoint(claim, stored, { ...content, evaluation: config.evaluation }, ports);
  await onCheckpoint(content.step, config.evaluation);
}
