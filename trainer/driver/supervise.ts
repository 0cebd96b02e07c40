import { removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import type { KnownError } from '#shared/errors.ts';
import type { Host } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { EngineProcess } from '../engine-client/engine-process.ts';
import { FrugalEngine } from '../engine-client/frugal-engine.ts';
import { InterruptibleEngine } from '../engine-client/interruptible-engine.ts';
import { type Training, train } from '../loop.ts';
import { draftEngineState, storeEngineState } from '../resume/checkpoint.ts';
import { assertSameHost, type Claim, claim } from '../resume/claim.ts';
import { Progress } from '../resume/progress.ts';
import { commitRescue } from '../resume/rescue.ts';
import { type Damaged, findResumePoint, type ResumePoint } from '../resume/resume-point.ts';
import { deleteOldState } from '../resume/retention.ts';
import { interruptibleSampler } from '../samplers/interruptible-sampler.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { RunConfig } from '../settings/config.ts';
import { explained, interruption, isEngineLoss, isInterruption } from './run-errors.ts';
import type { SideWork } from './side-work.ts';

export interface Drive extends Omit<Training, 'claim' | 'engine' | 'sampler'> {
  readonly run: string;
  /** Go on even where torch or the instruction set are not those that the run began with. */
  readonly inexact: boolean;
  /** Go back however far where the newest checkpoints are damaged. */
  readonly rewind: boolean;
  readonly startEngine: (ranks: number) => Promise<EngineProcess>;
  /** For each engine a sampler of its own. */
  readonly makeSampler: (engine: EngineClient, claim: Claim) => Sampler;
  readonly sideWork: SideWork;
  /** A driver goes on from here; told again after each restart of the engine. */
  readonly onStart: (claim: Claim, step: number, enginePid: number) => void;
  /** Aborted when the driver is to save what it can and to end; its reason says why. */
  readonly interruption: AbortSignal;
  readonly onEngineLost: (error: KnownError) => void;
  /** A checkpoint or rescue is passed over. */
  readonly onDamaged: (damaged: Damaged) => void;
  /** The engine ran out of memory and goes on with so many tokens in a pass. */
  readonly onSmallerPasses: (tokenBudget: number) => void;
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
export async function drive(settings: Drive): Promise<void> {
  const { run, config, ports } = settings;
  let point = await findResumePoint(run, config, ports, settings);
  let held: Claim | undefined;
  let troubled = { step: 0, losses: 0 };
  while (point.boundary.step < config.steps) {
    const progress = new Progress(point.boundary);
    let engine: EngineProcess | undefined;
    try {
      engine = await settings.startEngine(config.engine.ranks);
      held ??= await claimRun(settings, point, engine.host);
      settings.onStart(held, point.boundary.step, engine.pid);
      await trainFrom(point, { held, engine: engine.client, progress }, settings);
      return;
    } catch (error) {
      const { step } = progress.boundary;
      if (settings.interruption.aborted && (isEngineLoss(error) || isInterruption(error)))
        throw interruption(run, String(settings.interruption.reason), progress.saved);
      if (!isEngineLoss(error)) throw explained(error, run, step + 1);
      troubled =
        step >= troubled.step ? { step: step + 1, losses: 1 } : { ...troubled, losses: troubled.losses + 1 };
      if (troubled.losses > RESTARTS) throw error;
      settings.onEngineLost(error);
      // Where even the claim is gone, so is the store: no sign of the run would look like a run that has yet to begin.
      if (held) await read(ports.store, record.incarnation(run, held.incarnation));
      point = await findResumePoint(run, config, ports, settings);
    } finally {
      await engine?.stop();
    }
  }
}

async function claimRun(
  { run, inexact, ports }: Drive,
  { key }: ResumePoint,
  { torch, transformers, instructionSet }: Host,
) {
  const host = { torch, transformers, instructionSet };
  if (!inexact) await assertSameHost(ports.store, run, host);
  return claim(ports.store, run, { resumesFrom: key, host });
}

interface Means {
  readonly held: Claim;
  readonly engine: EngineClient;
  readonly progress: Progress;
}

async function trainFrom(
  { boundary, folders }: ResumePoint,
  { held, engine: client, progress }: Means,
  settings: Drive,
): Promise<void> {
  const { config, baseFolder, ports } = settings;
  const stepping = new InterruptibleEngine(client, settings.interruption);
  const engine = new FrugalEngine(stepping, settings.onSmallerPasses);
  try {
    await engine.call('create', createArgs(config, folders?.model ?? baseFolder, baseFolder));
    if (folders) {
      await engine.call('load_state', { model: folders.model, directory: folders.state });
      await removeLeftover(folders.state);
    }
    const training: Training = {
      ...settings,
      claim: held,
      engine,
      sampler: interruptibleSampler(settings.makeSampler(engine, held), settings.interruption),
      onCheckpoint: async (step, evaluation) => {
        const key = keys.checkpoint({ ...held, step });
        progress.toCheckpoint(step, key);
        await settings.onCheckpoint(step, evaluation);
        // One name for all checkpoints, before anything is tried again: what was old for an earlier one may be new by now.
        await settings.sideWork.do('old state', 0, () => deleteOldState(ports.store, held, key));
        await settings.sideWork.catchUp();
      },
      onStep: async (step, metrics, peakBytes) => {
        progress.toStep(step, metrics);
        await settings.onStep(step, metrics, peakBytes);
        stepping.endStep();
      },
    };
    await train(training, boundary);
  } catch (error) {
    const { step, checkpoint: parent, steps } = progress.boundary;
    // A rescue descends from a checkpoint: before the first is stored, the steps are done again from their journals.
    if (isInterruption(error) && stepping.atBoundary && progress.unsaved && parent !== null) {
      const draft = await draftEngineState(client, baseFolder, ports);
      const stored = await storeEngineState(draft, held.run, ports);
      await commitRescue(held, stored, { step, parent, steps }, ports);
      progress.toRescue();
    }
    throw error;
  } finally {
    stepping.close();
  }
}

function createArgs(config: RunConfig, model: string, base: string) {
  const { engine, advantage, critic, optim, loss, sampling } = config;
  const { ranks: _, ...computing } = engine;
  return {
    model,
    reference: loss.klCoefficient === 0 ? null : base,
    ...computing,
    critic:
      advantage.estimator === 'gae' ? { seed: sampling.seed, optimizer: optimizerOf(critic.optim) } : null,
    optimizer: optimizerOf(optim),
  };
}

function optimizerOf({ betas, eps, weightDecay }: RunConfig['optim']) {
  return { betas, eps, weightDecay, decay: 'all' as const };
}
