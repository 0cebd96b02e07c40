import { removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { hasCode } from '#shared/errors.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { Host } from '#shared/records/runs.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { EngineProcess } from '../engine-client/engine-process.ts';
import { FrugalEngine } from '../engine-client/frugal-engine.ts';
import { InterruptibleEngine } from '../engine-client/interruptible-engine.ts';
import { Replay } from '../journal/replay.ts';
import { type Training, train } from '../loop.ts';
import { type CommitPorts, draftEngineState, storeEngineState } from '../resume/checkpoint.ts';
import { CheckpointChain } from '../resume/checkpoint-chain.ts';
import { assertSameHost, type Claim, claim } from '../resume/claim.ts';
import { Progress } from '../resume/progress.ts';
import { commitRescue } from '../resume/rescue.ts';
import { findResumePoint, type ResumePoint } from '../resume/resume-point.ts';
import { interruptibleSampler } from '../samplers/interruptible-sampler.ts';
import { lentBy } from '../telemetry/lent.ts';
import type { PhaseClock } from '../telemetry/phase-clock.ts';
import type { ScoringCpu } from '../telemetry/scoring-cpu.ts';
import { stepTelemetry } from '../telemetry/step-telemetry.ts';
import { createArgs } from './create-args.ts';
import type { OpenRun } from './open-run.ts';
import { explained, interruption, isEngineLoss, isInterruption } from './run-errors.ts';
import type { RunEvents } from './run-events.ts';

/** What its user lets a run do that it would not do by itself. */
export interface Consent {
  /** Go on under another torch, instruction set or decoder. */
  readonly inexact: boolean;
  /** Go back however far where the newest checkpoints are damaged. */
  readonly rewind?: boolean;
  /** Sample a step again whose journal is gone or damaged. */
  readonly resample?: boolean;
}

export interface Supervision {
  readonly run: OpenRun;
  readonly consent: Consent;
  readonly ports: CommitPorts;
  readonly startEngine: (ranks: number) => Promise<EngineProcess>;
  /** Aborted when the driver is to save what it can and to end; its reason says why. */
  readonly interruption: AbortSignal;
  readonly phases: PhaseClock;
  readonly scoringCpu: ScoringCpu;
  readonly events: RunEvents;
}

/** One engine's turn at a run. */
interface Turn {
  readonly point: ResumePoint;
  readonly claim: Claim;
  readonly engine: EngineClient;
  readonly progress: Progress;
}

/** Restarts of the engine for the sake of one step. */
const RESTARTS = 3;

/**
 * Brings a run to its last step from wherever it stands, with a new engine whenever one is lost: it goes back to the
 * last checkpoint and replays the journals from there.
 *
 * @throws {KnownError} `engine-lost`, `engine-stalled` when a step is lost with more than three engines;
 *   `interrupted` when it was told to stop, and has saved what it could; `training-diverged`, `out-of-memory`,
 *   `superseded`, `host-differs`, `checkpoints-damaged`; as store and disk do
 */
export async function supervise(settings: Supervision): Promise<void> {
  const { run, ports, events } = settings;
  const { config } = run.inputs;
  let point = await resumePointOf(settings);
  let held: Claim | undefined;
  let troubled = { step: 0, losses: 0 };
  while (point.boundary.step < config.steps) {
    const progress = new Progress(point.boundary);
    let engine: EngineProcess | undefined;
    try {
      engine = await settings.startEngine(config.engine.ranks);
      held ??= await claimRun(settings, point, engine.host);
      events.started(held, point.boundary.step, engine.pid);
      await takeTurn({ point, claim: held, engine: engine.client, progress }, settings);
      return;
    } catch (error) {
      const { step } = progress.boundary;
      if (settings.interruption.aborted && (isEngineLoss(error) || isInterruption(error)))
        throw interruption(run.id, String(settings.interruption.reason), progress.saved);
      if (!isEngineLoss(error)) {
        const told = explained(error, run.id, step + 1);
        if (hasCode(told, 'training-diverged')) events.diverged(step + 1);
        throw told;
      }
      troubled =
        step >= troubled.step ? { step: step + 1, losses: 1 } : { ...troubled, losses: troubled.losses + 1 };
      if (troubled.losses > RESTARTS) throw error;
      events.engineLost(error);
      // Where even the claim is gone, so is the store: no sign of the run would look like a run that has yet to begin.
      if (held) await read(ports.store, record.incarnation(run.id, held.incarnation));
      point = await resumePointOf(settings);
    } finally {
      await engine?.stop();
    }
  }
}

function resumePointOf({ run, consent, ports, events }: Supervision): Promise<ResumePoint> {
  const { rewind = false } = consent;
  return findResumePoint(run.id, run.inputs.config, ports, {
    rewind,
    onDamaged: (damaged) => events.damaged(damaged),
  });
}

async function claimRun(
  { run, consent, ports }: Supervision,
  { key }: ResumePoint,
  { torch, transformers, instructionSet }: Host,
): Promise<Claim> {
  const decoder = run.inputs.config.sampler.kind === 'onnx' ? { decoder: generatorVersion } : {};
  const host = { torch, transformers, instructionSet, ...decoder };
  if (!consent.inexact) await assertSameHost(ports.store, run.id, host);
  return claim(ports.store, run.id, { resumesFrom: key, host });
}

/**
 * Trains with one engine to the last step. Two layers lie around the engine's client: the inner one stops making steps
 * once the driver is told to end, and knows whether the engine stands between two steps; the outer one repeats a pass
 * that ran out of memory in smaller ones.
 */
async function takeTurn(turn: Turn, settings: Supervision): Promise<void> {
  const { run, interruption, events, ports } = settings;
  const { point, claim, progress } = turn;
  const stepping = new InterruptibleEngine(turn.engine, interruption);
  const engine = new FrugalEngine(stepping, (tokenBudget) => events.smallerPasses(tokenBudget));
  try {
    await load(engine, point, run);
    await trainOn({ ...turn, engine }, () => stepping.endStep(), settings);
  } catch (error) {
    const { step, checkpoint: parent, steps } = progress.boundary;
    // A rescue descends from a checkpoint: before the first is stored, the steps are done again from their journals.
    if (isInterruption(error) && stepping.atBoundary && progress.unsaved && parent !== null) {
      const draft = await draftEngineState(turn.engine, run.baseFolder, ports);
      const stored = await storeEngineState(draft, claim.run, ports);
      await commitRescue(claim, stored, { step, parent, steps }, ports);
      progress.toRescue();
    }
    throw error;
  } finally {
    stepping.close();
  }
}

/** Makes the engine's models and, where the run has been trained already, loads where it stands. */
async function load(
  engine: EngineClient,
  { folders }: ResumePoint,
  { inputs, baseFolder }: OpenRun,
): Promise<void> {
  await engine.call('create', createArgs(inputs.config, folders?.model ?? baseFolder, baseFolder));
  if (!folders) return;
  await engine.call('load_state', { model: folders.model, directory: folders.state });
  await removeLeftover(folders.state);
}

/** @param endStep - an interruption may take hold between two steps */
async function trainOn(
  { point, claim, engine, progress }: Turn,
  endStep: () => void,
  { run, consent, ports, interruption, phases, scoringCpu, events }: Supervision,
): Promise<void> {
  const { inputs, baseFolder } = run;
  const { step: from } = point.boundary;
  const checkpoints = new CheckpointChain({
    config: inputs.config,
    claim,
    engine,
    baseFolder,
    ports,
    progress,
    onCommitted: (step) => events.checkpoint(step),
  });
  const replay = await Replay.after(from, ports.store, claim, {
    resample: consent.resample ?? false,
    onResample: (step, why) => events.resampled(step, why),
  });
  const onStep: Training['onStep'] = async (step, metrics, engineBytes) => {
    progress.toStep(step, metrics);
    const peakBytes = { ...engineBytes, driver: process.resourceUsage().maxRSS * 1024 };
    const [seconds, scoringCpuSeconds] = [phases.take(), scoringCpu.take()];
    const taken = { seconds, scoringCpuSeconds, peakBytes, usdPerHour: run.usdPerHour };
    const telemetry = stepTelemetry(metrics, { at: ports.clock.now(), ...taken });
    const place = record.stepTelemetry({ ...claim, step });
    await ports.sideWork.do('telemetry', step, () => put(ports.store, place, telemetry));
    events.step(step, metrics, lentBy(seconds, scoringCpuSeconds));
    endStep();
  };
  scoringCpu.take(); // what was computed before the first step slowed none
  const sampler = interruptibleSampler(run.makeSampler(engine, claim), interruption);
  const { store } = ports;
  await checkpoints.settleAfter(() =>
    train(
      { inputs, claim, engine, sampler, inTurn: run.inTurn, replay, checkpoints, store, phases, onStep },
      from,
    ),
  );
}
