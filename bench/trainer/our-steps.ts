/** Our side of the race, in a process of its own: `node our-steps.ts REQUEST`; the answer is a line of JSON. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import { sum } from '#shared/metrics/sum.ts';
import { createArgs } from '#trainer/driver/create-args.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import { draftEngineState, storeEngineState } from '#trainer/resume/checkpoint.ts';
import { engineSampler } from '#trainer/samplers/engine-sampler.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import { PhaseClock } from '#trainer/telemetry/phase-clock.ts';
import { foreignSince, readCpu } from '../peers/foreign-cpu.ts';
import { median } from '../quantile.ts';
import { learn } from './learn.ts';
import { EOS, promptOf, settingsOf } from './settings.ts';
import type { Workload } from './workloads.ts';

export interface Request {
  readonly model: string;
  readonly python: string;
  readonly threads: number;
  readonly workload: Workload;
  /** Other settings of the engine, as `device`. */
  readonly engine?: Partial<RunSettings['engine']>;
  /** Completions of TRL to take one update on, instead of drawing any. */
  readonly dump?: string;
}

/** Of one update on given completions. */
export interface Update {
  readonly loss: number;
  readonly gradNorm: number;
}

/** Of steps that draw their completions, each followed by one with a checkpoint behind it. */
export interface Steps extends CheckpointCost {
  readonly stepSeconds: number;
  readonly rolloutTokensPerSecond: number;
  readonly updateTokensPerSecond: number;
  readonly peakGpuBytes: number;
  readonly foreignPercent: number;
}

/** Seconds that a checkpoint of model and optimizer takes from the training that goes on meanwhile. */
export interface CheckpointCost {
  /** In which the step waits for it. */
  readonly standstillSeconds: number;
  /** By which a step takes longer than the one before, standstill included, until all is stored. */
  readonly slowdownSeconds: number;
}

interface Dump {
  readonly inputs: {
    readonly prompt_ids: number[][];
    readonly completion_ids: number[][];
    readonly completion_mask: number[][];
  };
}

async function main(request: Request): Promise<Update | Steps> {
  const settings = settingsOf(request.workload, { threads: request.threads, ...request.engine });
  const engine = await startEngine({
    python: request.python,
    engineFolder: join(packageRoot, 'trainer/engine'),
  });
  try {
    const { model } = request;
    const create = (matmul: 'exact' | 'fast') =>
      engine.client.call('create', { ...createArgs(settings, model, model), matmul });
    // The gate holds either to TRL's loss.
    await create('fast').catch(() => create('exact'));
    return request.dump
      ? await updateOn(request.dump, engine, settings)
      : await steps(request, engine, settings);
  } finally {
    await engine.stop();
  }
}

async function updateOn(file: string, engine: EngineProcess, settings: RunSettings): Promise<Update> {
  const { inputs } = JSON.parse(readFileSync(file, 'utf8')) as Dump;
  // TRL has shuffled them; here the samples of a prompt stand side by side.
  const order = promptsOf(settings).flatMap((prompt) =>
    inputs.prompt_ids.flatMap((ids, b) => (ids.join() === prompt.join() ? [b] : [])),
  );
  const completions = order.map((b) =>
    Int32Array.from(inputs.completion_ids[b]?.filter((_, t) => inputs.completion_mask[b]?.[t]) ?? []),
  );
  const drawn = completions.map((tokens) => ({ tokens, logprobs: new Float32Array(tokens.length) }));
  const prompts = promptsOf(settings);
  const metrics = await learn({ step: 1, prompts, drawn }, engine.client, settings, new PhaseClock(Date));
  return {
    loss: readMetric(metrics, 'policy/loss') ?? Number.NaN,
    gradNorm: readMetric(metrics, 'policy/grad_norm') ?? Number.NaN,
  };
}

async function steps(
  { model, workload }: Request,
  engine: EngineProcess,
  settings: RunSettings,
): Promise<Steps> {
  const phases = new PhaseClock({ now: () => performance.now() });
  const taken: { step: number; rollout: number; update: number; tokens: number }[] = [];
  const costs: CheckpointCost[] = [];
  const take = async (step: number, client: EngineClient) => {
    const start = performance.now();
    const prompts = promptsOf(workload);
    const stop = workload.mode === 'eos' ? [EOS] : [];
    const ask = { ...settings.sampling, samples: settings.samples, step, prompts, stop };
    const drawn = await phases.time('rollout', () => engineSampler(client).sample(ask));
    await learn({ step, prompts, drawn }, client, settings, phases);
    const { rollout = Number.NaN, update = Number.NaN } = phases.take();
    const tokens = sum(drawn.map(({ tokens }) => tokens.length));
    return { step: (performance.now() - start) / 1000, rollout, update, tokens };
  };
  await take(1, engine.client);
  const cpu = readCpu(engine.pid);
  for (let step = 2; step <= 2 * workload.steps; step += 2) {
    const one = await take(step, engine.client);
    taken.push(one);
    costs.push(await checkpoint(model, engine.client, one.step, (client) => take(step + 1, client)));
  }
  return {
    stepSeconds: median(taken.map(({ step }) => step)),
    rolloutTokensPerSecond: median(taken.map(({ tokens, rollout }) => tokens / rollout)),
    updateTokensPerSecond: median(taken.map(({ tokens, update }) => tokens / update)),
    peakGpuBytes: (await engine.client.call('status', {})).result.peakBytes['gpu'] ?? 0,
    foreignPercent: foreignSince(cpu, engine.pid),
    standstillSeconds: median(costs.map(({ standstillSeconds }) => standstillSeconds)),
    slowdownSeconds: median(costs.map(({ slowdownSeconds }) => slowdownSeconds)),
  };
}

/** A step of TRL takes the next P of P prompts, which are the same every time. */
function promptsOf({ prompts }: Pick<Workload, 'prompts'>): Int32Array[] {
  return Array.from({ length: prompts }, (_, k) => promptOf(k));
}

/** Takes a step while a checkpoint is written and stored in a folder, as the training loop does. */
async function checkpoint(
  model: string,
  client: EngineClient,
  stepSeconds: number,
  take: (client: EngineClient) => Promise<unknown>,
): Promise<CheckpointCost> {
  const scratch = mkdtempSync(join(tmpdir(), 'oneshot-bench-'));
  const ports = { store: new FolderStore(join(scratch, 'store')), clock: Date, scratch, cache: scratch };
  let [stepping, written] = [0, 0];
  const watched: EngineClient = {
    call: (verb, ...args) => {
      if (verb === 'optim_step') stepping = performance.now();
      return client.call(verb, ...args);
    },
  };
  try {
    const start = performance.now();
    const draft = await draftEngineState(client, model, ports);
    const drafted = performance.now();
    const stored = draft.written.then(() => {
      written = performance.now();
      return storeEngineState(draft, 'bench', ports);
    });
    await take(watched);
    await stored;
    return {
      standstillSeconds: (drafted - start + Math.max(0, written - stepping)) / 1000,
      slowdownSeconds: (performance.now() - start) / 1000 - stepSeconds,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '') as Request)));
