/** `trainer/main.ts` with ports that faults are built into. */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DRIVER_INTERRUPTED } from '#shared/driver-exit.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { openDriverPlace } from '#trainer/driver/open-driver-place.ts';
import { runDriver } from '#trainer/driver/run-driver.ts';
import { isInterruption, isOutage } from '#trainer/driver/run-errors.ts';
import { makeScratch } from '#trainer/driver/scratch-folder.ts';
import type { Consent } from '#trainer/driver/supervise.ts';
import { startEngine } from '#trainer/engine-client/engine-process.ts';
import { Faults } from './fault.ts';
import { FaultInjector } from './fault-injector.ts';

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: '' },
    run: { type: 'string', default: '' },
    faults: { type: 'string', default: '[]' },
    consent: { type: 'string', default: '{}' },
  },
});

const log = (entry: LogEntry) => void process.stdout.write(`${JSON.stringify(entry)}\n`);
const interruption = new AbortController();
process.on('SIGTERM', () => interruption.abort('SIGTERM'));
const scratch = await makeScratch(values.home, values.run);
const faults = new FaultInjector(Faults.parse(JSON.parse(values.faults)), log);
const engine = { python: '.venv/bin/python', engineFolder: 'trainer/engine', stallMs: 10_000 };
try {
  const place = faults.place(await openDriverPlace(values, {}));
  await runDriver(
    values.run,
    { inexact: false, ...(JSON.parse(values.consent) as Partial<Consent>) },
    {
      place,
      startEngine: faults.engine(() => startEngine(engine)),
      scratch,
      python: 'python3',
      interruption: interruption.signal,
      log,
    },
  );
} catch (error) {
  log(failureEntry('run-failed', error));
  process.exitCode = isInterruption(error) || isOutage(error) ? DRIVER_INTERRUPTED : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
