import { RandomStream } from '#shared/sampling/random-stream.ts';

/** One completion to be made. */
export interface Asked {
  readonly problem: string;
  readonly sample: number;
  readonly promptTokens: number;
  /** New tokens until it ends by itself or at the limit. */
  readonly tokens: number;
  /** Whether its tokens are sampled; the most probable ones else. */
  readonly sampled: boolean;
}

export const MAX_TOKENS = 3072;

/**
 * The six sets: problems and samples of the paper's protocol (arXiv:2504.20571 §B.5); mean tokens of a completion of
 * Qwen2.5-Math-1.5B after 1,500 steps on one example (its Tab. 19); mean letters of a problem, counted.
 */
export const SETS = [
  { benchmark: 'math500', problems: 500, samples: 1, meanTokens: 740, letters: 196 },
  { benchmark: 'aime24', problems: 30, samples: 8, meanTokens: 1352, letters: 334 },
  { benchmark: 'amc23', problems: 40, samples: 8, meanTokens: 986, letters: 269 },
  { benchmark: 'minerva_math', problems: 272, samples: 1, meanTokens: 905, letters: 421 },
  { benchmark: 'olympiadbench', problems: 675, samples: 1, meanTokens: 1089, letters: 313 },
  { benchmark: 'aime25', problems: 30, samples: 8, meanTokens: 1251, letters: 363 },
] as const;

/** Around the problem, and letters of mathematics in one token of Qwen2.5's: estimates. */
const TEMPLATE_TOKENS = 40;
const LETTERS_PER_TOKEN = 3;
/** Deviation of the logarithm of a length: assumed. About 3 in 100 completions then reach the limit. */
const SPREAD = 0.7;
const STREAM = 1;

/**
 * Every completion of the six sets, with a length that is its own whoever makes it: log-normal, cut at the limit, half
 * of the variance shared by the samples of a problem.
 */
export function drawCompletions(seed: number): readonly Asked[] {
  const random = new RandomStream(seed, STREAM);
  return SETS.flatMap(({ benchmark, problems, samples, meanTokens, letters }) => {
    const location = locationOf(meanTokens);
    const promptTokens = TEMPLATE_TOKENS + Math.round(letters / LETTERS_PER_TOKEN);
    return Array.from({ length: problems }, (_, index) => {
      const ofProblem = random.normal();
      return Array.from({ length: samples }, (_, sample) => {
        const deviation = (ofProblem + random.normal()) / Math.SQRT2;
        const natural = Math.exp(location + SPREAD * deviation);
        const tokens = Math.max(1, Math.min(MAX_TOKENS, Math.round(natural)));
        return { problem: `${benchmark}/${index}`, sample, promptTokens, tokens, sampled: samples > 1 };
      });
    }).flat();
  });
}

/** The mean logarithm with which lengths that are cut at the limit have this mean. */
function locationOf(mean: number): number {
  let [low, high] = [0, Math.log(MAX_TOKENS)];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < mean) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Mean of the cut lengths, by summing over five deviations either way. */
function meanAt(location: number): number {
  let [total, weights] = [0, 0];
  for (let z = -5; z <= 5; z += 0.02) {
    const weight = Math.exp(-(z ** 2) / 2);
    total += weight * Math.min(MAX_TOKENS, Math.exp(location + SPREAD * z));
    weights += weight;
  }
  return total / weights;
}
