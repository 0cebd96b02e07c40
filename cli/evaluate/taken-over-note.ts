import { sum } from '#shared/metrics/sum.ts';
import type { TakenOver } from '#shared/records/evaluations.ts';

/** How an evaluation is told to have completions of others, for programs and for people. */
export function takenOverNote({ from }: TakenOver): { readonly entry: object; readonly text: string } {
  const completions = sum(from.map((each) => each.completions));
  const sources = from.map((each) => `${each.evaluation} (${each.completions})`).join(', ');
  return {
    entry: { event: 'completions-taken-over', completions, from },
    text: `${completions} ${completions === 1 ? 'completion is' : 'completions are'} taken over from evaluation ${sources}`,
  };
}
