/**
 * The verifier against Math-Verify 0.9.0, on one core and the same labelled cases, pass by pass in turns. Rates are
 * pairs per second of CPU time, each the median of five passes after one that is not counted; times of single
 * verdicts are wall-clock milliseconds.
 *
 * It needs the corpora (ONESHOT_DATA) and, the first time, a Python package index.
 */
import { type CorpusFile, corpusFolder, readCorpus } from '#scripts/verifier-score/corpus.ts';
import { judgeCase } from '#scripts/verifier-score/judge-case.ts';
import { KnownError } from '#shared/errors.ts';
import type { BenchResult } from './bench-result.ts';
import { quantile } from './quantile.ts';
import { coreBundleMetrics } from './verifier/core-bundle.ts';
import { ensureMathVerify } from './verifier/ensure-math-verify.ts';
import { fuzzCase } from './verifier/fuzz.ts';
import { type Judge, latenciesMs, slowestMs } from './verifier/latencies.ts';
import { MathVerify } from './verifier/math-verify.ts';
import { newVerifier } from './verifier/new-verifier.ts';
import { race, type Standing } from './verifier/race.ts';

const COMPLETIONS = ['qwen-cot'];
const TESTS = ['math-verify', 'graders', 'kas', 'olympiadbench-judge', 'issues', 'parser-pairs'];
const HAZARDS = ['hazards'];
const FUZZ_CASES = 200_000;

type Metrics = Record<string, number>;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const folder = corpusFolder(process.env);
  const corpus = await readCorpus(folder);
  const [completionFiles, testFiles] = [named(corpus, COMPLETIONS), named(corpus, TESTS)];
  const peer = new MathVerify(ensureMathVerify());
  try {
    const completions = await race(completionFiles, folder, peer);
    const tests = await race(testFiles, folder, peer);
    const metrics = {
      ...rates('completions', completions),
      ...rates('tests', tests),
      ...latencies(corpus),
      ...(await coreBundleMetrics()),
    };
    return { metrics, targets: targets(metrics) };
  } finally {
    peer.end();
  }
}

function rates(
  what: string,
  { ours, peers }: { readonly ours: Standing; readonly peers: Standing },
): Metrics {
  return {
    [`${what}/pairs_per_second`]: ours.pairsPerSecond,
    [`${what}/math_verify_pairs_per_second`]: peers.pairsPerSecond,
    [`${what}/ratio`]: ours.pairsPerSecond / peers.pairsPerSecond,
    [`${what}/accuracy`]: ours.accuracy,
    [`${what}/math_verify_accuracy`]: peers.accuracy,
  };
}

function latencies(corpus: readonly CorpusFile[]): Metrics {
  const timesOf = (names: readonly string[]) =>
    latenciesMs(
      named(corpus, names).flatMap(({ cases }) => cases),
      judgeCase,
      newVerifier,
    );
  const times = timesOf([...COMPLETIONS, ...TESTS]);
  return {
    'latency/p50_ms': quantile(times, 0.5),
    'latency/p99_ms': quantile(times, 0.99),
    'latency/max_ms': quantile(times, 1),
    'hazards/worst_ms': quantile(timesOf(HAZARDS), 1),
    'fuzz/slowest_ms': slowestMs(FUZZ_CASES, fuzzCase, judgeFuzz, newVerifier),
  };
}

const judgeFuzz: Judge<ReturnType<typeof fuzzCase>> = (each, verifier) =>
  verifier.verify({ ...each, mode: 'benchmark' });

function targets(metrics: Metrics): BenchResult['targets'] {
  const least = (name: string, target: number) => {
    const value = metrics[name] ?? Number.NaN;
    return { what: `${name} ≥ ${target}`, value, target, met: value >= target };
  };
  const below = (name: string, target: number) => {
    const value = metrics[name] ?? Number.NaN;
    return { what: `${name} < ${target}`, value, target, met: value < target };
  };
  return [
    least('completions/ratio', 15),
    least('tests/ratio', 100),
    least('completions/pairs_per_second', 20_000),
    least('tests/pairs_per_second', 8000),
    below('latency/p99_ms', 1),
    below('hazards/worst_ms', 20),
  ];
}

/** @throws {KnownError} `corpus-missing` */
function named(corpus: readonly CorpusFile[], names: readonly string[]): CorpusFile[] {
  return names.map((name) => {
    const file = corpus.find((each) => each.name === name);
    if (file) return file;
    throw new KnownError(
      'corpus-missing',
      `There is no ${name}.jsonl among the corpora. Set ONESHOT_DATA to a folder whose corpora/verifier holds it.`,
    );
  });
}
