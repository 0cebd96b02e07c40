/**
 * The driver as a process: brings one run of a workspace to its last step. Writes one JSON line per event; ends when
 * its parent does. Exit codes: 0 done, 1 an error that the last line explains.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { Run } from './config.ts';
import { drive } from './drive.ts';
import { startEngine } from './engine-process.ts';
import type { Claim } from './history.ts';
import { openDriverPlace } from './open-driver-place.ts';
import { PhaseClock } from './phase-clock.ts';
import { makeSampler } from './samplers/make-sampler.ts';
import { stepTelemetry } from './step-telemetry.ts';
import { parseExamples, type TrainingRow, trainingRows } from './training-set.ts';

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
  const rows = trainingRows(
    examples,
    (user) => tokenizer.encode(chat([{ role: 'user', content: user }]), { addSpecialTokens: false }),
    { maxPromptTokens: config.sampling.maxPromptTokens, rowsPerStep: config.prompts },
  );
  const canaryPrompt = (rows[0] as TrainingRow).prompt; // a step needs at least one
  const clock = { now: Date.now };
  const phases = new PhaseClock(clock);
  let claim: Claim | undefined;
  await drive({
    run,
    inexact: values.inexact === 'true',
    config,
    rows,
    codec: { decode: (tokens) => tokenizer.decode(tokens), stop: tokenizer.endTokens },
    baseFolder,
    ports: { store, clock, scratch, cache },
    phases,
    makeSampler: makeSampler(config, { scratch, canaryPrompt, log }, process.env),
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
    onStep: async (step, metrics, engineBytes) => {
      if (!claim) throw new Error('a step before the start');
      const peakBytes = { engine: engineBytes, driver: process.resourceUsage().maxRSS * 1024 };
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
  });
  log({ level: 'info', event: 'run-finished', run });
}

function log(entry: LogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
