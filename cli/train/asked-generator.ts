import { AUTO, type Generation, goingOn } from '../evaluate/choose-generator.ts';
import type { AskedRun } from './ask-run.ts';

/** Who is asked to make a run's evaluated completions. */
export type AskedGenerator =
  | { readonly by: 'command'; readonly name: string }
  | { readonly by: 'fork'; readonly generation: Generation }
  /** Left to the machine. */
  | { readonly by: typeof AUTO };

/** A fork with the settings of its run keeps who scores, in the version of today. */
export function askedGenerator({ recipe, origin, overrides: { generator } }: AskedRun): AskedGenerator {
  if (generator !== undefined) return generator === AUTO ? { by: AUTO } : { by: 'command', name: generator };
  const forked = recipe === undefined ? origin?.config.evaluation : undefined;
  return forked ? { by: 'fork', generation: goingOn(forked.generation) } : { by: AUTO };
}
