import { KnownError } from '#shared/errors.ts';
import { Checkpoint, type Host } from '#shared/messages.ts';
import { newestCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { parseCheckpoint } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { type CheckpointPorts, fetchCheckpoint } from './checkpoint.ts';
import type { RunConfig } from './config.ts';
import type { EngineClient } from './engine-client.ts';
import type { EngineProcess } from './engine-process.ts';
import { assertSameHost, type Claim, claim } from './history.ts';
import { type Training, train } from './loop.ts';

export interface Drive extends Omit<Training, 'claim' | 'engine'> {
  readonly run: string;
  /** Go on even where torch or the instruction set are not those that the run began with. */
  readonly inexact: boolean;
  readonly startEngine: () => Promise<EngineProcess>;
  /** A driver goes on from here; told again after each restart of the engine. */
  readonly onStart: (claim: Claim, step: number, enginePid: number) => void;
  readonly onEngineLost: (error: KnownError) => void;
}

/** What a run can go on from: a checkpoint whose files are all there and whole, or nothing yet. */
interface Footing {
  readonly key: string | null;
  readonly step: number;
  readonly folders: { readonly model: string; readonly state: string } | null;
}

/** Restarts of the engine without a new checkpoint in between. */
const RESTARTS = 3;

/**
 * Brings a run to its last step from wherever it stands, with a new engine whenever one is lost: it goes back to the
 * last checkpoint and replays the journals from there.
 *
 * @throws {KnownError} `engine-lost`, `engine-stalled` when the same stretch fails more than three times;
 *   `superseded`, `host-differs`
 */
export async function drive(settings: Drive): Promise<void> {
  const { run, config, ports } = settings;
  let footing = await firmFooting(run, config, ports);
  let held: Claim | undefined;
  for (let failures = 0; footing.step < config.steps; ) {
    const engine = await settings.startEngine();
    try {
      held ??= await claimRun(settings, footing, engine.host);
      settings.onStart(held, footing.step, engine.pid);
      await trainFrom(footing, held, engine.client, settings);
      return;
    } catch (error) {
      if (!(error instanceof KnownError && isEngineLoss(error))) throw error;
      const { step } = footing;
      footing = await firmFooting(run, config, ports);
      failures = footing.step > step ? 1 : failures + 1;
      if (failures > RESTARTS) throw error;
      settings.onEngineLost(error);
    } finally {
      await engine.stop();
    }
  }
}

async function claimRun(
  { run, inexact, ports }: Drive,
  { key }: Footing,
  { torch, transformers, instructionSet }: Host,
) {
  const host = { torch, transformers, instructionSet };
  if (!inexact) await assertSameHost(ports.store, run, host);
  return claim(ports.store, run, { resumesFrom: key, host });
}

function isEngineLoss(error: KnownError): boolean {
  return error.code === 'engine-lost' || error.code === 'engine-stalled';
}

async function trainFrom(
  { key, step, folders }: Footing,
  held: Claim,
  engine: EngineClient,
  settings: Drive,
): Promise<void> {
  const { config, baseFolder } = settings;
  await engine.call('create', createArgs(config, folders?.model ?? baseFolder, baseFolder));
  if (folders) await engine.call('load_state', { model: folders.model, directory: folders.state });
  await train({ ...settings, claim: held, engine }, key, step);
}

function createArgs(config: RunConfig, model: string, base: string) {
  const { engine, advantage, critic, optim, loss, sampling } = config;
  return {
    model,
    reference: loss.klCoefficient === 0 ? null : base,
    threads: engine.threads,
    tokenBudget: engine.tokenBudget,
    critic:
      advantage.estimator === 'gae' ? { seed: sampling.seed, optimizer: optimizerOf(critic.optim) } : null,
    optimizer: optimizerOf(optim),
  };
}

function optimizerOf({ betas, eps, weightDecay }: RunConfig['optim']) {
  return { betas, eps, weightDecay, decay: 'all' as const };
}

/** The newest checkpoint of the run that can be loaded, a damaged one passed over for its parent; else where it begins. */
async function firmFooting(run: string, { fork }: RunConfig, ports: CheckpointPorts): Promise<Footing> {
  for (let key = await newestCheckpoint(ports.store, run); key !== null; ) {
    const checkpoint: Checkpoint = await readObject(ports.store, key, Checkpoint);
    try {
      const folders = await fetchCheckpoint(checkpoint, run, ports);
      return { key, step: checkpoint.step, folders: checkpoint.step === 0 ? null : folders };
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      key = checkpoint.parent;
    }
  }
  if (fork === null) return { key: null, step: 0, folders: null };
  const origin = parseCheckpoint(fork.checkpoint);
  const checkpoint: Checkpoint = await readObject(ports.store, fork.checkpoint, Checkpoint);
  return { key: null, step: origin.step, folders: await fetchCheckpoint(checkpoint, origin.run, ports) };
}
