import type { World } from './simulated-pairs.ts';

export interface NamedWorld extends World {
  readonly name: string;
}

type Kind = Pick<World, 'logOdds' | 'effect' | 'alike'>;

const KINDS: Readonly<Record<string, Kind>> = {
  'no effect': { logOdds: [0, 1.5], effect: [0, 0] },
  'no effect, hard': { logOdds: [-3, 1.5], effect: [0, 0] },
  'small effect': { logOdds: [0, 1.5], effect: [0.25, 0] },
  'large effect': { logOdds: [-2, 1.5], effect: [1.5, 0] },
  'gains and losses': { logOdds: [0, 1.5], effect: [0, 1] },
  'clustered, no effect': { logOdds: [0, 1.5], effect: [0, 0], alike: 0.5 },
  'clustered, effect': { logOdds: [-2, 1.5], effect: [0.5, 0.5], alike: 0.5 },
  'all right': { logOdds: [40, 0], effect: [0, 0] },
  'all wrong': { logOdds: [-40, 0], effect: [0, 0] },
};

/** Every kind of world, with so many problems and samples of each. */
export function worlds(problems: readonly number[], samples: readonly number[]): readonly NamedWorld[] {
  return Object.entries(KINDS).flatMap(([name, kind]) =>
    problems.flatMap((count) =>
      samples.map((each) => ({ name, problems: count, samples: [each, each] as const, ...kind })),
    ),
  );
}
