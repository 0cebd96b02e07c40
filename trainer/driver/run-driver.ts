/**
 * A driver's whole work: opens a stored run, brings it to its last step, and tells what happens on the way. `supervise.ts`
 * outlives the engines, `../loop.ts` is the algorithm that each of them runs.
 */

import type { DriverEvent } from '#shared/driver-events.ts';
import { read } from '#shared/storage/read.ts';
import type { EngineProcess } from '../engine-client/engine-process.ts';
import { SideWork } from '../resume/side-work.ts';
import { runRecord } from '../settings/config.ts';
import { PhaseClock } from '../telemetry/phase-clock.ts';
import { ScoringCpu } from '../telemetry/scoring-cpu.ts';
import type { DriverPlace } from './open-driver-place.ts';
import { openRun } from './open-run.ts';
import { RunEvents } from './run-events.ts';
import { type Consent, supervise } from './supervise.ts';

/** What the process gives its driver. */
export interface DriverWorld {
  readonly place: DriverPlace;
  readonly startEngine: (ranks: number) => Promise<EngineProcess>;
  /** A folder of its own. */
  readonly scratch: string;
  /** Interpreter with the engine's packages. */
  readonly python: string;
  /** Filled from outside while the run is trained. */
  readonly scoringCpu?: ScoringCpu;
  /** Aborted, with a reason, when the driver is to save what it can and to end. */
  readonly interruption: AbortSignal;
  readonly log: (event: DriverEvent) => void;
  /** What a step is at, for whoever watches: too much for a log that is kept. */
  readonly logProgress?: (event: DriverEvent) => void;
}

/** @throws {KnownError} as `openRun` and `supervise` do */
export async function runDriver(id: string, consent: Consent, world: DriverWorld): Promise<void> {
  const { place, startEngine, scratch, python, interruption, log, logProgress = () => {} } = world;
  const { scoringCpu = new ScoringCpu() } = world;
  const { store, cache, queues } = place;
  const { config } = await read(store, runRecord(id));
  const events = new RunEvents(id, config.steps, log);
  const sideWork = new SideWork((kind, error) => events.sideWorkFailed(kind, error));
  const clock = { now: Date.now };
  const ports = { store, clock, scratch, cache, plan: queues.plan, sideWork };
  const onPhase = (phase: string) => logProgress({ level: 'info', event: 'phase', run: id, phase });
  const phases = new PhaseClock(clock, onPhase);
  const onProgress = (done: number, total: number) =>
    logProgress({ level: 'info', event: 'phase-progress', run: id, done, total });
  const run = await openRun(id, config, {
    store,
    cache,
    scratch,
    python,
    interruption,
    phases,
    onProgress,
    log,
    onTrainingSet: (set) => events.trainingSet(set),
  });
  try {
    await supervise({ run, consent, ports, startEngine, interruption, phases, scoringCpu, events });
  } finally {
    await run.close();
  }
  await sideWork.catchUp();
  events.finished();
}
