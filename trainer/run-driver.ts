import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { type Reward, Run } from './config.ts';
import { parseExamples, type TrainingRow, trainingSet } from './data/training-set.ts';
import { drive } from './drive.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Claim } from './history.ts';
import type { DriverPlace } from './open-driver-place.ts';
import { PhaseClock } from './phase-clock.ts';
import { openGrader } from './rewards/grader.ts';
import { makeSampler } from './samplers/make-sampler.ts';
import { stepTelemetry } from './step-telemetry.ts';
import { stopTokens } from './stop-tokens.ts';

/** What the process gives its driver. */
export interface DriverWorld {
  readonly place: DriverPlace;
  readonly startEngine: (ranks: number) => Promise<EngineProcess>;
  /** A folder of its own. */
  readonly scratch: string;
  /** Aborted, with a reason, when the driver is to save what it can and to end. */
  readonly interruption: AbortSignal;
  readonly log: (entry: LogEntry) => void;
  /** What a step is at, for whoever watches: too much for a log that is kept. */
  readonly logProgress?: (entry: LogEntry) => void;
}

/** Brings a stored run to its last step and logs what happens on the way. @throws {KnownError} as `drive` does */
export async function runDriver(
  run: string,
  { inexact }: { readonly inexact: boolean },
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
  let claim: Claim | undefined;
  await drive({
    run,
    inexact,
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
    onSmallerPasses: (tokenBudget) => log({ level: 'info', event: 'smaller-passes', run, tokenBudget }),
    onStep: async (step, metrics, engineBytes) => {
      if (!claim) throw new Error('a step before the start');
      const peakBytes = { ...engineBytes, driver: process.resourceUsage().maxRSS * 1024 };
      const telemetry = stepTelemetry(metrics, { at: clock.now(), seconds: phases.take(), peakBytes });
      await putObject(store, keys.stepTelemetry({ ...claim, step }), telemetry);
      log({ level: 'info', event: 'step', run, step, metrics });
    },
    onCheckpoint: async (step, evaluation) => {
      if (!claim) throw new Error('a checkpoint before the start');
      if (evaluation) {
        const event = { schemaVersion: 1, type: 'checkpoint-committed', ...claim, step };
        await queues.plan.send(JSON.stringify(event));
      }
      log({ level: 'info', event: 'checkpoint', run, step });
    },
  }).finally(() => grader.close());
  log({ level: 'info', event: 'run-finished', run });
}

/** The user's reward module as a file of its own, where the reward is one. */
async function fetchModule(reward: Reward, store: ObjectStore, scratch: string): Promise<string> {
  if (reward.kind !== 'module') return '';
  const folder = join(scratch, 'reward');
  await mkdir(folder);
  await store.getFile(keys.blob(reward.sha256), join(folder, reward.file));
  return join(folder, reward.file);
}
