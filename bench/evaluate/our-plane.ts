import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { type BenchmarkSummary, Summary } from '#shared/records/summary.ts';
import { runProgram } from '../peers/run-program.ts';
import type { Workload } from './workloads.ts';

/** An evaluation by `oneshot eval`, from the start of its process to its end. */
export interface Evaluated {
  readonly seconds: number;
  readonly summary: BenchmarkSummary;
}

/** @param home - of the object store; a model that it has is not stored again */
export async function evaluateOnOurPlane(
  model: string,
  { benchmark, problems, samples }: Pick<Workload, 'benchmark' | 'problems' | 'samples'>,
  settings: {
    readonly home: string;
    readonly precision: WeightPrecision;
    readonly threads: number;
    readonly maxTokens: number;
  },
): Promise<Evaluated> {
  const { home, precision, threads, maxTokens } = settings;
  const limits = { limit: problems, 'max-tokens': maxTokens, workers: 1, threads };
  const started = performance.now();
  const { said } = await runProgram(process.execPath, [
    join(packageRoot, 'cli/main.ts'),
    ...['eval', '--json', '--model', model, '--benchmarks', benchmark, '--home', home],
    ...['--generator', 'onnx', '--precision', precision],
    ...(samples > 1 ? ['--samples', String(samples)] : []),
    ...Object.entries(limits).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ]);
  const seconds = (performance.now() - started) / 1000;
  const [summary] = Object.values(Summary.parse(said).graders)[0]?.benchmarks ?? [];
  if (!summary) throw new Error('the evaluation has no scores');
  return { seconds, summary };
}

/** The problems are found where the benchmarks find them. */
process.env['ONESHOT_DATA'] = thirdPartyData;
