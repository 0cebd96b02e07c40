import type { Precision } from '#shared/records/evaluations.ts';
import { compare } from '../compare/compare.ts';
import { evalModel } from './eval-model.ts';
import type { EvalOptions } from './eval-options.ts';

/** Scores a model in each precision, then holds the scores of the others against those of the first. */
export async function evalPrecisions(
  model: string,
  precisions: readonly Precision[],
  options: EvalOptions,
): Promise<void> {
  const evaluations: string[] = [];
  for (const precision of precisions) evaluations.push(await evalModel(model, { ...options, precision }));
  const { home, aws, json, graders } = options;
  if (!json) process.stdout.write('\n');
  await compare(evaluations, { home, aws, json, grader: graders?.[0] }, precisions);
}
