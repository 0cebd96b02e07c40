/**
 * The driver as a process: brings one run of a workspace to its last step. Writes one JSON line per event; ends when
 * its parent does. Exit codes: 0 done, 1 an error that the last line explains.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { startEngine } from './engine-process.ts';
import { openDriverPlace } from './open-driver-place.ts';
import { runDriver } from './run-driver.ts';

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: '.oneshot' },
    aws: { type: 'string' },
    run: { type: 'string', default: process.env['RUN'] ?? '' },
    python: { type: 'string', default: '' },
    engine: { type: 'string', default: '' },
    inexact: { type: 'string', default: 'false' },
  },
});

const onParentGone = () => process.exit(1);
process.on('disconnect', onParentGone);
const scratch = await mkdtemp(join(tmpdir(), 'oneshot-driver-'));
try {
  const place = await openDriverPlace(values, process.env);
  const { run, python, engine: engineFolder } = values;
  await runDriver(
    run,
    { inexact: values.inexact === 'true' },
    { place, startEngine: () => startEngine({ python, engineFolder }), scratch, log },
  );
} catch (error) {
  log(failureEntry('run-failed', error));
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.off('disconnect', onParentGone);
process.disconnect?.();

function log(entry: LogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
