/**
 * Training steps on a CPU whose completions are drawn twice, in turns: by the engine and by our decoder, which takes the
 * weights first. Both draw from the same policy with the same uniforms; then the step is taken once, so that a whole step is
 * either's drawing and what follows. Figures are medians over steps.
 *
 * The miniature recipe always; SmolLM2-135M where `ONESHOT_SMOLLM2` names it (`node bench/models/fetch-smollm2.ts DIR`).
 * `ONESHOT_BENCH_WORKLOADS` names workloads, by comma, `ONESHOT_BENCH_TURNS` says how many steps, `ONESHOT_BENCH_THREADS` with
 * how many threads the larger model computes. Seconds of processors say more than those of the clock beside other work.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { venvPython } from '#cli/bootstrap/venv-folder.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { recipeSettings } from '#cli/train/settle-settings.ts';
import { sharedMemory } from '#shared/adapters/disk/shared-memory.ts';
import { trainingExample } from '#shared/benchmarks/microcosm/training-example.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { sum } from '#shared/metrics/sum.ts';
import { createArgs } from '#trainer/driver/create-args.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { startEngine } from '#trainer/engine-client/engine-process.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import { engineSampler } from '#trainer/samplers/engine-sampler.ts';
import { OnnxSampler } from '#trainer/samplers/onnx-sampler.ts';
import { policyOf } from '#trainer/samplers/policy.ts';
import type { DrawnCompletion, SampleAsk, Sampler } from '#trainer/samplers/sampler.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { PhaseClock } from '#trainer/telemetry/phase-clock.ts';
import type { BenchResult } from './bench-result.ts';
import { foreignSince, readCpu, TICKS_PER_SECOND } from './peers/foreign-cpu.ts';
import { median } from './quantile.ts';
import { learn } from './trainer/learn.ts';

const STEPS = Number(process.env['ONESHOT_BENCH_TURNS'] ?? 10);
/** Of real models, whose runs take the cores that evaluations leave. */
const THREADS = Number(process.env['ONESHOT_BENCH_THREADS'] ?? 1);
const SMOLLM2 = process.env['ONESHOT_SMOLLM2'];

interface Workload {
  readonly name: string;
  readonly model: string;
  readonly question: string;
  readonly settings: RunSettings;
}

type Figures = Record<string, number>;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const named = process.env['ONESHOT_BENCH_WORKLOADS']?.split(',');
  const all: Omit<BenchResult, 'bench'>[] = [];
  for (const workload of workloads().filter(({ name }) => named?.includes(name) ?? true))
    all.push(await race(workload));
  return {
    metrics: Object.assign({}, ...all.map(({ metrics }) => metrics)),
    targets: all.flatMap(({ targets }) => targets),
  };
}

function workloads(): readonly Workload[] {
  const micro: Workload = {
    name: 'micro',
    model: join(packageRoot, 'trainer/microcosm/bases/habit-62-46'),
    question: trainingExample.problem,
    settings: recipeSettings(microPi1),
  };
  if (!SMOLLM2) return [micro];
  const question = 'Natalia sold clips to 48 friends in April, and half as many in May. How many in all?';
  const smol = (prompts: number, maxTokens: number): Workload => ({
    ...{ name: `smollm2-${prompts}x8x${maxTokens}`, model: SMOLLM2, question },
    settings: RunSettings.parse({
      ...{ recipe: 'bench', steps: 1, prompts, samples: 8, sampling: { maxTokens } },
      loss: { aggregation: { kind: 'global-token-mean' } },
      engine: { threads: THREADS },
    }),
  });
  return [micro, smol(1, 64), smol(4, 128)];
}

async function race({ name, model, question, settings }: Workload): Promise<Omit<BenchResult, 'bench'>> {
  const folder = mkdtempSync(join((await sharedMemory(2 ** 30)) ?? tmpdir(), 'oneshot-samplers-'));
  const python = venvPython(process.env);
  const engine = await startEngine({ python, engineFolder: join(packageRoot, 'trainer/engine') });
  try {
    await engine.client.call('create', createArgs(settings, model, model));
    const ask = await askOf(model, question, settings);
    const steps: Figures[] = [];
    const place = { client: engine.client, pid: engine.pid, settings, folder };
    await take({ ...ask, step: 1 }, place); // which warms both up
    const cpu = readCpu(engine.pid);
    for (let step = 2; step <= STEPS + 1; step++) {
      steps.push(await take({ ...ask, step }, place));
      process.stderr.write(`${name} ${step}: ${JSON.stringify(steps.at(-1))}\n`);
    }
    return report(name, steps, foreignSince(cpu, engine.pid));
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true });
  }
}

function report(name: string, steps: readonly Figures[], foreign: number): Omit<BenchResult, 'bench'> {
  const names = Object.keys(steps[0] ?? {});
  const medians = names.map((figure) => [
    `${name}/${figure}`,
    median(steps.map((step) => step[figure] ?? Number.NaN)),
  ]);
  const ratio = median(
    steps.map((step) => (step['onnx_step_s'] as number) / (step['engine_step_s'] as number)),
  );
  return {
    metrics: { ...Object.fromEntries(medians), [`${name}/foreign_percent`]: foreign },
    targets: [
      { what: `${name}: step drawn by onnx ÷ by the engine`, value: ratio, target: 1, met: ratio < 1 },
    ],
  };
}

async function askOf(model: string, question: string, settings: RunSettings): Promise<SampleAsk> {
  const [tokenizer, chat] = [await loadTokenizer(model), await loadChatTemplate(model)];
  const text = chat([{ role: 'user', content: question }]);
  const prompt = Int32Array.from(tokenizer.encode(text, { addSpecialTokens: false }));
  const { sampling, samples, prompts: count } = settings;
  const prompts = Array.from({ length: count }, () => prompt);
  return { ...sampling, samples, prompts, stop: tokenizer.endTokens, step: 0 };
}

interface Place {
  readonly client: EngineClient;
  /** Of the engine. */
  readonly pid: number;
  readonly settings: RunSettings;
  readonly folder: string;
}

/** Draws a step by both, in turns of who begins, and takes it. Times are in seconds. */
async function take(ask: SampleAsk, { client, pid, settings, folder }: Place): Promise<Figures> {
  const { threads } = settings.engine;
  const interruption = new AbortController().signal;
  const onnx = new OnnxSampler(policyOf(client, 'fp32'), {
    ...{ folder, threads, interruption },
    maxMismatch: Number.POSITIVE_INFINITY,
    onProgress: () => undefined,
  });
  const both: Record<string, Awaited<ReturnType<typeof timed>>> = {};
  const order: readonly (readonly [string, Sampler])[] = [
    ['engine', engineSampler(client)],
    ['onnx', onnx],
  ];
  for (const [name, sampler] of ask.step % 2 === 0 ? order : order.toReversed())
    both[name] = await timed(sampler, ask, pid);
  const { engine: one, onnx: other } = both as Record<'engine' | 'onnx', (typeof both)[string]>; // as in `order`
  const opened = performance.now();
  await (await loadGenerator({ directory: folder, threads })).dispose();
  const open = performance.now() - opened;
  const start = performance.now();
  await learn({ ...ask, drawn: other.drawn }, client, settings, new PhaseClock(Date));
  const rest = (performance.now() - start) / 1000;
  return {
    tokens: tokensOf(other.drawn),
    engine_tokens_per_s: tokensOf(one.drawn) / one.seconds,
    onnx_tokens_per_s: tokensOf(other.drawn) / other.seconds,
    engine_cpu_s: one.cpuSeconds,
    onnx_cpu_s: other.cpuSeconds,
    engine_step_s: one.seconds + rest,
    onnx_step_s: other.seconds + rest,
    publish_ms: other.publishSeconds * 1000,
    open_ms: open,
    equal_completions: sum(
      one.drawn.map(({ tokens }, b) => Number(tokens.join() === other.drawn[b]?.tokens.join())),
    ),
    difference_nats: differenceOf(one.drawn, other.drawn),
  };
}

async function timed(sampler: Sampler, ask: SampleAsk, pid: number) {
  const { own } = readCpu(pid);
  const start = performance.now();
  await sampler.publish(ask.step - 1);
  const published = performance.now();
  const drawn = await sampler.sample(ask);
  const end = performance.now();
  return {
    drawn,
    publishSeconds: (published - start) / 1000,
    seconds: (end - start) / 1000,
    cpuSeconds: (readCpu(pid).own - own) / TICKS_PER_SECOND,
  };
}

function tokensOf(drawn: readonly DrawnCompletion[]): number {
  return sum(drawn.map(({ tokens }) => tokens.length));
}

/** Mean over tokens of completions that are equal, absolute. */
function differenceOf(one: readonly DrawnCompletion[], other: readonly DrawnCompletion[]): number {
  const differences = one.flatMap(({ tokens, logprobs }, b) => {
    const theirs = other[b] as DrawnCompletion; // as many
    if (tokens.join() !== theirs.tokens.join()) return [];
    return [...logprobs].map((logprob, t) => Math.abs(logprob - (theirs.logprobs[t] as number)));
  });
  return sum(differences) / differences.length;
}
