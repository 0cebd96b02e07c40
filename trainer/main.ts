/**
 * The driver as a process: brings one run of a workspace to its last step. Writes one JSON line per event; ends when
 * its parent does. Exit codes: 0 done, 1 an error that the last line explains.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import type { StepTelemetry } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { type Reward, Run } from './config.ts';
import { parseExamples, trainingSet } from './data/training-set.ts';
import { drive } from './drive.ts';
import { startEngine } from './engine-process.ts';
import type { Claim } from './history.ts';
import { openDriverPlace } from './open-driver-place.ts';
import { PhaseClock } from './phase-clock.ts';
import { openGrader } from './rewards/grader.ts';
import { stopTokens } from './stop-tokens.ts';

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: '.oneshot' },
    aws: { type: 'string' },
    run: { type: 'string', default: process.env['RUN'] ?? '' },
    python: { type: 'string' },
    engine: { type: 'string' },
    inexact: { type: 'string', default: 'false' },
  },
});

const onParentGone = () => process.exit(1);
process.on('disconnect', onParentGone);
const scratch = await mkdtemp(join(tmpdir(), 'oneshot-driver-'));
try {
  await main(values.run, values.python ?? '', values.engine ?? '');
} catch (error) {
  log(failureEntry('run-failed', error));
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.off('disconnect', onParentGone);
process.disconnect?.();

async function main(run: string, python: string, engineFolder: string): Promise<void> {
  const { store, queues, cache } = await openDriverPlace(values, process.env);
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
    await fetchModule(config.reward, store),
  );
  const clock = { now: Date.now };
  const phases = new PhaseClock(clock);
  let claim: Claim | undefined;
  await drive({
    run,
    inexact: values.inexact === 'true',
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
    startEngine: () => startEngine({ python, engineFolder }),
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
    onStep: async (step, metrics) => {
      if (!claim) throw new Error('a step before the start');
      const telemetry: StepTelemetry = { schemaVersion: 1, seconds: phases.take() };
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
async function fetchModule(reward: Reward, store: ObjectStore): Promise<string> {
  if (reward.kind !== 'module') return '';
  const folder = join(scratch, 'reward');
  await mkdir(folder);
  await store.getFile(keys.blob(reward.sha256), join(folder, reward.file));
  return join(folder, reward.file);
}

function log(entry: LogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
