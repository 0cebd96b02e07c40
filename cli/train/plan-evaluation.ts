import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import { benchmarkByName, expectedTokens } from '#shared/benchmarks/registry.ts';
import { defined } from '#shared/defined.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import { PulledDataMissingError } from '../data/read-data-file.ts';
import { checkpointCount } from '../plan/disk-plan.ts';
import type { PlannedEvaluation } from '../plan/run-plan.ts';
import { readBenchmark } from '../push/read-benchmark.ts';
import type { AskedRun } from './ask-run.ts';

/**
 * What scoring a run's checkpoints asks for, by reading every problem: for who looks at the plan.
 *
 * @returns `null`: no benchmark is scored; `undefined`: as the run that is forked
 */
export async function planEvaluation(
  { recipe, overrides }: AskedRun,
  settled: RunSettings,
  env: NodeJS.ProcessEnv,
): Promise<PlannedEvaluation | null | undefined> {
  if (recipe === undefined) return undefined;
  const settings: EvaluationSettings = { ...recipe.evaluation, ...defined(overrides.evaluation ?? {}) };
  if (settings.benchmarks.length === 0) return null;
  const benchmarks = [...new Set(settings.benchmarks)].map(async (name) => {
    const known = await benchmarkHere(name, env);
    const { samples, maxTokens } = known ?? benchmarkByName(name);
    const mostTokens = settings.maxTokens ?? maxTokens;
    const problems = known?.problems.length;
    return {
      name: known?.name ?? name,
      completions: problems === undefined ? null : Math.min(problems, settings.limit ?? problems) * samples,
      mostTokens,
      usualTokens: Math.min(expectedTokens(name), mostTokens),
    };
  });
  return { checkpoints: checkpointCount(settled), benchmarks: await Promise.all(benchmarks) };
}

/** @returns `undefined` where the data are not here */
async function benchmarkHere(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<Awaited<ReturnType<typeof readBenchmark>> | undefined> {
  try {
    return await readBenchmark(name, env);
  } catch (error) {
    if (error instanceof PulledDataMissingError) return undefined;
    throw error;
  }
}
