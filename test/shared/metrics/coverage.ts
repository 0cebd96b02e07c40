import { boundedMeanInterval } from '#shared/metrics/bounded-mean-interval.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';

export interface CoverageOptions {
  readonly problems: readonly number[];
  readonly accuracies: readonly number[];
  /** Simulated sets of each kind. */
  readonly sets: number;
}

/** How much the samples of a problem have in common: nothing, everything in half of the problems, everything. */
const LIKENESS = [0, 0.5, 1] as const;

/** In how many simulated sets the interval holds the true accuracy: over all kinds of sets, and in the worst kind. */
export function coverage({ problems, accuracies, sets }: CoverageOptions): { share: number; worst: number } {
  const random = new RandomStream(7, 0);
  const shares = problems.flatMap((count) =>
    accuracies.flatMap((accuracy) =>
      LIKENESS.map((alike) => {
        let covered = 0;
        for (let stream = 0; stream < sets; stream++) {
          const scores = Array.from({ length: count }, () => problemScore(accuracy, alike, random));
          const [low, high] = boundedMeanInterval(scores, stream);
          covered += Number(low <= accuracy && accuracy <= high);
        }
        return covered / sets;
      }),
    ),
  );
  return { share: shares.reduce((a, b) => a + b) / shares.length, worst: Math.min(...shares) };
}

/** The share of right ones among 8 samples. */
function problemScore(accuracy: number, alike: number, random: RandomStream): number {
  const sample = () => Number(random.next() < accuracy);
  if (random.next() < alike) return sample();
  return Array.from({ length: 8 }, sample).reduce((a, b) => a + b) / 8;
}
