import type { Pair } from '#shared/comparison/paired-set.ts';
import { philox4x32 } from '#shared/sampling/philox.ts';
import { fillXoshiro128 } from '#shared/sampling/xoshiro.ts';

/**
 * A world of problems from which benchmarks are drawn: the log-odds of the first model to solve a problem are normal, and
 * those of the second are higher by an effect that is normal over problems too.
 */
export interface World {
  readonly problems: number;
  readonly samples: readonly [number, number];
  /** Mean and standard deviation of the first model's log-odds. */
  readonly logOdds: readonly [number, number];
  /** Mean and standard deviation of what the second adds. */
  readonly effect: readonly [number, number];
  /** Share of problems of which all samples of a model come out alike. */
  readonly alike?: number;
}

/** The same benchmark drawn again and again, by two models. */
export class SimulatedPairs {
  readonly #world: World;
  readonly #words: Uint32Array;
  readonly #stream: number;
  #draws = 0;

  /** @param stream - worlds of different streams draw independently */
  constructor(world: World, stream = 0) {
    this.#world = world;
    this.#stream = stream;
    const [first, second] = world.samples;
    this.#words = new Uint32Array(world.problems * (first + second + 5));
  }

  /** Shares of right samples of fresh problems. */
  next(): readonly Pair[] {
    const { problems, samples, logOdds, effect, alike = 0 } = this.#world;
    fillXoshiro128(this.#words, philox4x32([this.#draws++, this.#stream, 0, 0], [20, 26]));
    let at = 0;
    const uniform = () => ((this.#words[at++] as number) + 0.5) / 2 ** 32;
    return Array.from({ length: problems }, (_, i) => {
      const radius = Math.sqrt(-2 * Math.log(uniform()));
      const angle = 2 * Math.PI * uniform();
      const before = logOdds[0] + logOdds[1] * radius * Math.cos(angle);
      const after = before + effect[0] + effect[1] * radius * Math.sin(angle);
      const isAlike = uniform() < alike;
      const share = (odds: number, count: number) => {
        const chance = logistic(odds);
        const draws = isAlike ? 1 : count;
        let right = 0;
        for (let sample = 0; sample < draws; sample++) right += Number(uniform() < chance);
        return right / draws;
      };
      return { problem: `p/${i}`, first: share(before, samples[0]), second: share(after, samples[1]) };
    });
  }
}

/** The mean difference over all problems of a world, to four digits. */
export function trueDifference({ logOdds, effect }: World): number {
  const [points, span] = [400, 8];
  let [total, weights] = [0, 0];
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < points; j++) {
      const [x, y] = [i, j].map((each) => span * ((2 * each + 1) / points - 1)) as [number, number]; // two
      const weight = Math.exp(-(x ** 2 + y ** 2) / 2);
      const before = logOdds[0] + logOdds[1] * x;
      total += weight * (logistic(before + effect[0] + effect[1] * y) - logistic(before));
      weights += weight;
    }
  }
  return total / weights;
}

function logistic(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
