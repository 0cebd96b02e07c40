import { isGreedy } from '#shared/benchmarks/evaluation-request.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';

/** What to say of benchmarks that keep their samples, where a number of samples is asked for; `undefined` without such. */
export function samplesNote(
  { sets }: GenerationSpec,
  samples: number | undefined,
): { readonly entry: object; readonly text: string } | undefined {
  const greedy = sets.filter(isGreedy).map(({ benchmark }) => benchmark);
  if (samples === undefined || greedy.length === 0) return undefined;
  return {
    entry: { event: 'samples-kept', benchmarks: greedy },
    text: `${greedy.join(', ')}: decoded greedily, so that samples would be equal; the number of samples stays as it is`,
  };
}
