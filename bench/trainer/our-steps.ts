/** Our side of the race, in a process of its own: `node our-steps.ts REQUEST`; the answer is a line of JSON. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#cli/package-root.ts';
import type { Metrics } from '#shared/messages.ts';
import { assignAdvantages } from '#trainer/assign-advantages.ts';
import type { RunSettings } from '#trainer/config.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-process.ts';
import { PhaseClock } from '#trainer/phase-clock.ts';
import type { GradedRollout } from '#trainer/rollouts.ts';
import { scoreRollouts } from '#trainer/score-rollouts.ts';
import { concat, split } from '#trainer/sequences.ts';
import { update } from '#trainer/update.ts';
import { median } from '../quantile.ts';
import { foreignSince, readCpu } from './foreign-cpu.ts';
import { EOS, promptOf, settingsOf } from './settings.ts';
import type { Workload } from './workloads.ts';

export interface Request {
  readonly model: string;
  readonly python: string;
  readonly threads: number;
  readonly workload: Workload;
  /** Completions of TRL to take one update on, instead of drawing any. */
  readonly dump?: string;
}

/** Of one update on given completions. */
export interface Update {
  readonly loss: number;
  readonly gradNorm: number;
}

/** Of steps that draw their completions. */
export interface Steps {
  readonly stepSeconds: number;
  readonly rolloutTokensPerSecond: number;
  readonly updateTokensPerSecond: number;
  readonly foreignPercent: number;
  /** Seconds in which the engine writes model and optimizer. */
  readonly checkpointSeconds: number;
}

interface Dump {
  readonly inputs: {
    readonly prompt_ids: number[][];
    readonly completion_ids: number[][];
    readonly completion_mask: number[][];
  };
}

async function main(request: Request): Promise<Update | Steps> {
  const settings = settingsOf(request.workload, request.threads);
  const engine = await startEngine({
    python: request.python,
    engineFolder: join(packageRoot, 'trainer/engine'),
  });
  try {
    const { betas, eps, weightDecay } = settings.optim;
    const { model } = request;
    const create = (matmul: 'exact' | 'fast') =>
      engine.client.call('create', {
        model,
        reference: model,
        critic: null,
        ...settings.engine,
        matmul,
        optimizer: { betas, eps, weightDecay, decay: 'all' },
      });
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
  const order = Array.from({ length: settings.prompts }, (_, k) => promptOf(k).join()).flatMap((prompt) =>
    inputs.prompt_ids.flatMap((ids, b) => (ids.join() === prompt ? [b] : [])),
  );
  const completions = order.map((b) =>
    Int32Array.from(inputs.completion_ids[b]?.filter((_, t) => inputs.completion_mask[b]?.[t]) ?? []),
  );
  const logprobs = completions.map(({ length }) => new Float32Array(length));
  const metrics = await learn(1, { completions, logprobs }, engine, settings, new PhaseClock(Date));
  return { loss: metrics['policy/loss'] ?? Number.NaN, gradNorm: metrics['policy/grad_norm'] ?? Number.NaN };
}

async function steps({ workload }: Request, engine: EngineProcess, settings: RunSettings): Promise<Steps> {
  const phases = new PhaseClock({ now: () => performance.now() });
  const taken: { step: number; rollout: number; update: number; tokens: number }[] = [];
  let cpu = readCpu(engine.pid);
  for (let step = 1; step <= workload.steps + 1; step++) {
    const start = performance.now();
    const drawn = await phases.time('rollout', () => draw(step, workload, engine, settings));
    await learn(step, drawn, engine, settings, phases);
    const { rollout = Number.NaN, update = Number.NaN } = phases.take();
    const tokens = drawn.completions.reduce((sum, { length }) => sum + length, 0);
    if (step > 1) taken.push({ step: (performance.now() - start) / 1000, rollout, update, tokens });
    else cpu = readCpu(engine.pid);
  }
  return {
    stepSeconds: median(taken.map(({ step }) => step)),
    rolloutTokensPerSecond: median(taken.map(({ tokens, rollout }) => tokens / rollout)),
    updateTokensPerSecond: median(taken.map(({ tokens, update }) => tokens / update)),
    foreignPercent: foreignSince(cpu, engine.pid),
    checkpointSeconds: await checkpoint(engine),
  };
}

interface Drawn {
  readonly completions: readonly Int32Array[];
  readonly logprobs: readonly Float32Array[];
}

async function draw(
  step: number,
  { prompts, mode }: Workload,
  engine: EngineProcess,
  { samples, sampling }: RunSettings,
): Promise<Drawn> {
  const { temperature, topP, maxTokens, seed } = sampling;
  // A step of TRL takes the next P of P prompts, which are the same every time.
  const tokens = Array.from({ length: prompts }, (_, k) => promptOf(k));
  const drawn = await engine.client.call(
    'sample',
    { samples, temperature, topP, maxTokens, seed, step, stop: mode === 'eos' ? [EOS] : [] },
    {
      tokens: concat(Int32Array, tokens),
      lengths: Int32Array.from(tokens, ({ length }) => length),
      rows: Int32Array.from(tokens, (_, row) => row),
    },
  );
  const lengths = drawn.tensors['lengths'] as Int32Array;
  return {
    completions: split(drawn.tensors['tokens'] as Int32Array, lengths),
    logprobs: split(drawn.tensors['logprobs'] as Float32Array, lengths),
  };
}

/** A step from its completions on, as the training loop takes it. */
async function learn(
  step: number,
  drawn: Drawn,
  engine: EngineProcess,
  settings: RunSettings,
  phases: PhaseClock,
): Promise<Metrics> {
  const graded = drawn.completions.map((completion, b) =>
    gradeByParity(b, completion, drawn, settings.samples),
  );
  const scored = await scoreRollouts(graded, settings, engine.client, phases);
  const rollouts = assignAdvantages(scored, settings);
  return phases.time('update', () => update(engine.client, step, rollouts, settings));
}

/** Reward 1 if the sum of the tokens is even, as in `trl_step.py`. */
function gradeByParity(
  b: number,
  completion: Int32Array,
  { logprobs }: Drawn,
  samples: number,
): GradedRollout {
  const row = Math.floor(b / samples);
  const even = completion.reduce((sum, token) => sum + token, 0) % 2 === 0;
  return {
    row,
    sample: b % samples,
    example: String(row),
    prompt: promptOf(row),
    completion,
    truncated: false,
    text: '',
    samplerLogprobs: logprobs[b] as Float32Array,
    verdict: even ? 'correct' : 'incorrect',
    reason: '',
    extracted: null,
    reward: even ? 1 : 0,
  };
}

async function checkpoint({ client }: EngineProcess): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'oneshot-bench-'));
  try {
    const start = performance.now();
    await client.call('export_hf', { directory });
    await client.call('save_state', { directory });
    return (performance.now() - start) / 1000;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '') as Request)));
