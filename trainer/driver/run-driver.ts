import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk } from '#shared/adapters/disk/explain-disk-error.ts';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import { messageOf } from '#shared/errors.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { isRescue, keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { modelContext } from '../data/model-context.ts';
import { parseExamples, type TrainingRow, trainingSet } from '../data/training-set.ts';
import type { EngineProcess } from '../engine-client/engine-process.ts';
import { cutWarning } from '../metrics/cut-warning.ts';
import { Unlearning } from '../metrics/unlearning.ts';
import type { Claim } from '../resume/claim.ts';
import { openGrader } from '../rewards/grader.ts';
import { makeSampler } from '../samplers/make-sampler.ts';
import { stopTokens } from '../samplers/stop-tokens.ts';
import { type Reward, Run } from '../settings/config.ts';
import { PhaseClock } from '../telemetry/phase-clock.ts';
import { stepTelemetry } from '../telemetry/step-telemetry.ts';
import type { DriverPlace } from './open-driver-place.ts';
import { SideWork } from './side-work.ts';
import { drive } from './supervise.ts';

/** What the process gives its driver. */
export interface DriverWorld {
  readonly place: DriverPlace;
  readonly startEngine: (ranks: number) => Promise<EngineProcess>;
  /** A folder of its own. */
  readonly scratch: string;
  /** Aborted, with a reason, when the driver is to save what it can and to end. */
  readonly interruption: AbortSignal;
  readonly log: (event: DriverEvent) => void;
  /** What a step is at, for whoever watches: too much for a log that is kept. */
  readonly logProgress?: (event: DriverEvent) => void;
}

/** What its user lets a run do that it would not do by itself. */
export interface Consent {
  /** Go on under another torch or instruction set. */
  readonly inexact: boolean;
  /** Go back however far where the newest checkpoints are damaged. */
  readonly rewind?: boolean;
  /** Sample a step again whose journal is gone or damaged. */
  readonly resample?: boolean;
}

/** Brings a stored run to its last step and logs what happens on the way. @throws {KnownError} as `drive` does */
export async function runDriver(
  run: string,
  { inexact, rewind = false, resample = false }: Consent,
  { place, startEngine, scratch, interruption, log, logProgress = () => {} }: DriverWorld,
): Promise<void> {
  const { store, queues, cache } = place;
  const { config } = await readObject(store, keys.run(run), Run);
  const baseFolder = await fetchModelFolder(store, config.model, cache);
  const [tokenizer, chat] = await Promise.all([loadTokenizer(baseFolder), loadChatTemplate(baseFolder)]);
  const examples = parseExamples(
    new TextDecoder().decode(await store.get(keys.blob(config.examples))),
    `the examples of run ${run}`,
  );
  const { rows, dropped } = trainingSet(
    examples,
    {
      renderChat: (user) => chat([{ role: 'user', content: user }]),
      encode: (text) => tokenizer.encode(text, { addSpecialTokens: false }),
      context: await modelContext(baseFolder),
    },
    config,
  );
  log({ level: 'info', event: 'training-set', run, rows: rows.length, dropped });
  const grader = await openGrader(
    config.reward,
    config.sampling.seed,
    await fetchModule(config.reward, store, scratch),
  );
  const canaryPrompt = (rows[0] as TrainingRow).prompt; // a step needs at least one
  const clock = { now: Date.now };
  const phases = new PhaseClock(clock, (phase) => logProgress({ level: 'info', event: 'phase', run, phase }));
  const sideWork = new SideWork((kind, error) => {
    const detail = `${SIDE_WORK[kind] ?? kind} failed; training goes on, and it is tried again: ${messageOf(error)}`;
    log({ level: 'warning', event: 'side-work-failed', run, kind, detail });
  });
  const unlearning = new Unlearning(config.steps);
  let claim: Claim | undefined;
  let warned = false;
  await drive({
    run,
    inexact,
    rewind,
    resample,
    onResample: (step, why) => {
      const detail = `step ${step} is sampled again: ${why}`;
      log({ level: 'warning', event: 'step-resampled', run, step, detail });
    },
    config,
    rows,
    dropped: {
      'data/dropped_overlong': dropped.overlong,
      'data/dropped_invalid_label': dropped.invalidLabel,
    },
    codec: {
      decode: (tokens) => tokenizer.decode(tokens),
      stop: stopTokens(config.sampling.stop, tokenizer),
    },
    grader,
    baseFolder,
    ports: { store, clock, scratch, cache },
    phases,
    makeSampler: makeSampler(config, { scratch, canaryPrompt, log }, process.env),
    startEngine,
    sideWork,
    interruption,
    onStart: (held, step, pid) => {
      claim = held;
      log({ level: 'info', event: 'engine-started', run, pid });
      log({
        level: 'info',
        event: 'run-started',
        run,
        incarnation: held.incarnation,
        step,
        steps: config.steps,
      });
    },
    onEngineLost: (error) => log({ level: 'error', event: 'engine-lost', run, detail: error.message }),
    onDamaged: ({ key, why }) =>
      log({
        level: 'warning',
        event: 'checkpoint-damaged',
        run,
        checkpoint: key,
        detail: passedOver(key, why),
      }),
    onSmallerPasses: (tokenBudget) => log({ level: 'info', event: 'smaller-passes', run, tokenBudget }),
    onStep: async (step, metrics, engineBytes) => {
      if (!claim) throw new Error('a step before the start');
      const peakBytes = { ...engineBytes, driver: process.resourceUsage().maxRSS * 1024 };
      const telemetry = stepTelemetry(metrics, { at: clock.now(), seconds: phases.take(), peakBytes });
      const key = keys.stepTelemetry({ ...claim, step });
      await sideWork.do('telemetry', step, () => putObject(store, key, telemetry));
      log({ level: 'info', event: 'step', run, step, metrics });
      const flat = unlearning.after(metrics);
      if (flat !== undefined)
        log({ level: 'warning', event: 'nothing-learned', run, step, detail: sameRewards(flat) });
      const detail = warned ? undefined : cutWarning(step, metrics);
      warned ||= detail !== undefined;
      if (detail !== undefined) log({ level: 'warning', event: 'completions-cut', run, detail });
    },
    onCheckpoint: async (step, evaluation) => {
      if (!claim) throw new Error('a checkpoint before the start');
      if (evaluation) {
        const event = JSON.stringify({ schemaVersion: 1, type: 'checkpoint-committed', ...claim, step });
        await sideWork.do('event', step, () => queues.plan.send(event));
      }
      log({ level: 'info', event: 'checkpoint', run, step });
    },
  }).finally(() => grader.close());
  await sideWork.catchUp();
  log({ level: 'info', event: 'run-finished', run });
}

/** How a user hears of side work. */
const SIDE_WORK: Readonly<Record<string, string>> = {
  event: 'asking for the evaluation of a checkpoint',
  telemetry: "storing a step's telemetry",
  'old state': 'deleting optimizer state that is not needed any more',
};

function sameRewards(steps: number): string {
  return (
    `all completions of each prompt got the same reward for ${steps} steps: nothing is learned. Look at what the policy ` +
    "writes (the steps' journals) and at the reward; easier or harder examples, or more --samples, make rewards differ."
  );
}

function passedOver(key: string, why: string): string {
  const { step } = parseCheckpoint(key);
  return `the ${isRescue(key) ? 'rescue' : 'checkpoint'} of step ${step} is passed over: ${why}`;
}

/** The user's reward module as a file of its own, where the reward is one. */
async function fetchModule(reward: Reward, store: ObjectStore, scratch: string): Promise<string> {
  if (reward.kind !== 'module') return '';
  const folder = join(scratch, 'reward');
  await explainingDisk(folder, () => mkdir(folder));
  await store.getFile(keys.blob(reward.sha256), join(folder, reward.file));
  return join(folder, reward.file);
}
