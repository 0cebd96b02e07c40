/**
 * The driver as a process: brings one run of a workspace to its last step. Writes one JSON line per event; ends when
 * its parent does. SIGTERM, SIGINT where it has no parent, and the notice of a Spot instance where SPOT_INSTANCE is `true`
 * make it save and end.
 * Exit codes: 0 done, 1 an error that the last line explains, 75 told to stop, or cut off from the store: start it again.
 */
import { parseArgs } from 'node:util';
import { removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { keepInRunLog } from '#shared/adapters/local/run-log.ts';
import { writeLog } from '#shared/adapters/write-log.ts';
import { type DriverEvent, DriverMessage } from '#shared/driver-events.ts';
import { DRIVER_INTERRUPTED } from '#shared/driver-exit.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { openDriverPlace } from './driver/open-driver-place.ts';
import { runDriver } from './driver/run-driver.ts';
import { isInterruption, isOutage } from './driver/run-errors.ts';
import { makeScratch } from './driver/scratch-folder.ts';
import { spotNotice } from './driver/spot-notice.ts';
import { startEngine } from './engine-client/engine-process.ts';
import type { EventHeader } from './engine-client/engine-protocol.ts';
import { ScoringCpu } from './telemetry/scoring-cpu.ts';

const METADATA_SERVICE = 'http://169.254.169.254';

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: '.oneshot' },
    aws: { type: 'string' },
    run: { type: 'string', default: process.env['RUN'] ?? '' },
    python: { type: 'string', default: '' },
    engine: { type: 'string', default: '' },
    inexact: { type: 'string', default: process.env['INEXACT'] ?? 'false' },
    resample: { type: 'string', default: process.env['RESAMPLE'] ?? 'false' },
    rewind: { type: 'string', default: process.env['REWIND'] ?? 'false' },
  },
});

process.umask(0o077); // all that it and the engine write lies in the home, which is its user's alone
const onParentGone = () => process.exit(1);
process.on('disconnect', onParentGone);
const scoringCpu = new ScoringCpu();
process.on('message', (message) => {
  const { data } = DriverMessage.safeParse(message);
  if (data) scoringCpu.add(data.cpuSeconds);
});
const interruption = new AbortController();
process.on('SIGTERM', () => interruption.abort('SIGTERM'));
// Ctrl-C reaches every process of a terminal's command: this one ends as its parent does, and removes its folders then.
process.on('SIGINT', () => {
  if (!process.connected) interruption.abort('SIGINT');
});
if (process.env['SPOT_INSTANCE'] === 'true') {
  const endpoint = process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? METADATA_SERVICE;
  void spotNotice({ endpoint, signal: interruption.signal }).then((notice) =>
    interruption.abort(`Spot notice ${notice}`),
  );
}
let scratch: string | undefined;
try {
  scratch = await makeScratch(values.home, values.run);
  const place = await openDriverPlace(values, process.env);
  const { run, python, engine: engineFolder } = values;
  await runDriver(
    run,
    {
      inexact: values.inexact === 'true',
      rewind: values.rewind === 'true',
      resample: values.resample === 'true',
    },
    {
      place,
      startEngine: (ranks) => {
        logProgress({ level: 'info', event: 'phase', run, phase: 'start' });
        return startEngine({ python, engineFolder, ranks, onEvent });
      },
      scratch,
      python,
      scoringCpu,
      interruption: interruption.signal,
      log,
      logProgress,
    },
  );
} catch (error) {
  log(failureEntry('run-failed', error));
  process.exitCode = isInterruption(error) || isOutage(error) ? DRIVER_INTERRUPTED : 1;
} finally {
  if (scratch) await removeLeftover(scratch);
}
// Nothing that is still under way, such as completions at a server, is worth waiting for.
if (process.exitCode === DRIVER_INTERRUPTED) process.exit();
process.off('disconnect', onParentGone);
process.disconnect?.();

/** Told to whoever started this process, and kept in the home. */
function log(entry: LogEntry): void {
  writeLog(entry);
  keepInRunLog(values.home, values.run, entry, Date.now());
}

/** About four times a second of a verb that takes long. */
function onEvent(event: EventHeader): void {
  if (event.event !== 'progress') return;
  const { done, total } = event;
  logProgress({ level: 'info', event: 'phase-progress', run: values.run, done, total });
}

/** A command that started this process shows it; a log that is kept, as of a job, does without. */
function logProgress(event: DriverEvent): void {
  if (process.connected) writeLog(event);
}
