/**
 * Evaluations at natural lengths through our plane, `oneshot eval` on the local runner, beside llama.cpp's completions of the
 * same prompts, in turns: 8 samples of each of 30 problems of AIME 2024, and 100 problems of MATH-500 greedily, whose score is
 * reported too. Whole processes are timed, loading and grading included. What our plane makes in a second is also set against
 * the decoder's own steps at the rows of its batch.
 *
 * Needs `ONESHOT_SMOLLM2` (`node bench/models/fetch-smollm2.ts DIR`) and the problems of `ONESHOT_DATA`. To be through sooner:
 * `ONESHOT_BENCH_TOKENS`, `ONESHOT_BENCH_SAMPLED`, `ONESHOT_BENCH_GREEDY` (problems), `ONESHOT_BENCH_TURNS`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicyText, type PolicyText } from '#functions/generate/policy/load-policy-text.ts';
import { MAX_ROWS } from '#shared/inference/request-limits.ts';
import type { BenchResult } from './bench-result.ts';
import { benchmarkOf, chatPrompts, smolLm2Folder } from './evaluate/inputs.ts';
import { type Completed, completeWithLlamaCpp } from './evaluate/llama-cpp.ts';
import { type Evaluated, evaluateOnOurPlane } from './evaluate/our-plane.ts';
import { steadyRate } from './evaluate/steady-rate.ts';
import { MAX_TOKENS, WORKLOADS, type Workload } from './evaluate/workloads.ts';
import { THREADS } from './inference/settings.ts';
import { smolLm2Gguf } from './peers/peer-models.ts';
import { median } from './quantile.ts';

const TURNS = Number(process.env['ONESHOT_BENCH_TURNS'] ?? 1);
const PRECISION = 'int8';
const PEER = 'Q4_0';
/** As many as the decoder's batch has, which shards of a worker share. */
const ROWS = MAX_ROWS;
const LEAST_RATIO = 1.3;
const LEAST_SHARE = 0.9;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const model = smolLm2Folder();
  const text = await loadPolicyText(model);
  const results: Omit<BenchResult, 'bench'>[] = [];
  for (const workload of WORKLOADS) results.push(await raceOn(workload, model, text));
  return {
    metrics: Object.assign({}, ...results.map(({ metrics }) => metrics)),
    targets: results.flatMap(({ targets }) => targets),
  };
}

async function raceOn(workload: Workload, model: string, text: PolicyText) {
  const { name } = workload;
  const { problems } = await benchmarkOf(workload.benchmark);
  const prompts = chatPrompts(problems.slice(0, workload.problems), text);
  const turns: { own: Evaluated; other: Completed }[] = [];
  for (let turn = 1; turn <= TURNS; turn++) {
    const own = await ours(workload, model);
    const other = await completeWithLlamaCpp(await smolLm2Gguf(PEER), prompts, workload, {
      stop: text.stopTokens(['<|im_end|>', '<|endoftext|>']),
      slots: ROWS,
      threads: THREADS,
      maxTokens: MAX_TOKENS,
    });
    turns.push({ own, other });
    process.stderr.write(`${name} ${turn}: ${JSON.stringify(turns.at(-1))}\n`);
  }
  const meanPrompt = Math.round(prompts.reduce((sum, { length }) => sum + length, 0) / prompts.length);
  const { summary } = (turns[0] as (typeof turns)[number]).own;
  const steady = await steadyRate(model, {
    ...{ precision: PRECISION, threads: THREADS, rows: Math.min(ROWS, summary.completions) },
    position: meanPrompt + Math.round((summary.meanTokens ?? 0) / 2),
  });
  return report(name, turns, steady);
}

/** In a store that has the model, whose weights are quantised, but no evaluation. */
async function ours(workload: Workload, model: string): Promise<Evaluated> {
  const home = mkdtempSync(join(tmpdir(), 'oneshot-evaluate-'));
  const settings = { home, precision: PRECISION, threads: THREADS } as const;
  try {
    const first = { benchmark: workload.benchmark, problems: 1, samples: 1 };
    await evaluateOnOurPlane(model, first, { ...settings, maxTokens: 1 });
    return await evaluateOnOurPlane(model, workload, { ...settings, maxTokens: MAX_TOKENS });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function report(name: string, turns: readonly { own: Evaluated; other: Completed }[], steady: number) {
  const { score, completions, ...summary } = (turns[0] as (typeof turns)[number]).own.summary;
  const meanTokens = summary.meanTokens ?? Number.NaN;
  const own = median(turns.map((turn) => (60 * completions) / turn.own.seconds));
  const other = median(turns.map((turn) => (60 * turn.other.completions) / turn.other.seconds));
  const share = (own / 60) * (meanTokens / steady);
  const [low, high] = score.interval ?? [Number.NaN, Number.NaN];
  const metrics = {
    completions,
    'ours/minutes': completions / own,
    'ours/completions_per_minute': own,
    'ours/tokens_per_second': (own / 60) * meanTokens,
    'ours/mean_tokens': meanTokens,
    'ours/truncated_share': summary.truncatedShare ?? Number.NaN,
    'ours/score': score.mean ?? Number.NaN,
    'ours/score_low': low,
    'ours/score_high': high,
    'decoder/steady_tokens_per_second': steady,
    'llama.cpp/completions_per_minute': other,
    'llama.cpp/mean_tokens': median(turns.map((turn) => turn.other.tokens / turn.other.completions)),
    'llama.cpp/truncated_share': median(turns.map((turn) => turn.other.truncated / turn.other.completions)),
  };
  return {
    metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`${name}/${key}`, value])),
    targets: [
      target(`${name}: completions per minute ÷ llama.cpp's`, own / other, LEAST_RATIO),
      target(`${name}: tokens per second ÷ the decoder's steady rate`, share, LEAST_SHARE),
    ],
  };
}

function target(what: string, value: number, least: number) {
  return { what: `${what} ≥ ${least}`, value, target: least, met: value >= least };
}
