/** What several samples of a problem say beyond their mean: pass@k, maj@k, and which of them were right. */
import { sha256Words } from '#shared/encoding/digest.ts';
import { boundedMeanInterval } from '#shared/metrics/bounded-mean-interval.ts';
import { majorityShare } from '#shared/metrics/majority-share.ts';
import { passAt } from '#shared/metrics/pass-at.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { GraderName, ScoredItem } from '#shared/records/evaluations.ts';
import type { Interval } from '#shared/records/summary.ts';
import { type JudgedProblem, judgedProblems, type SampledSet } from './problem-scores.ts';

/** A share of problems with its 95 % interval over them. */
export interface Share {
  readonly mean: number;
  readonly interval: Interval;
}

/** A benchmark with several samples of each problem. */
export interface RepeatedSamples extends SampledSet {
  /** For k of 1, 2, 4 and so on, and of all samples. */
  readonly passAt: readonly (Share & { readonly k: number })[];
  /** maj@k of all samples. */
  readonly majority: Share;
  /** Whose samples are all judged, those with the fewest right ones first. */
  readonly problems: readonly { readonly id: string; readonly right: readonly boolean[] }[];
}

/** Benchmarks with several samples and a problem whose samples are all judged. Pure. */
export function repeatedSamples(
  items: readonly ScoredItem[],
  grader: GraderName,
  sets: readonly SampledSet[],
): readonly RepeatedSamples[] {
  return sets
    .filter(({ samples }) => samples > 1)
    .flatMap((set) => {
      const problems = judgedProblems(items, grader, set);
      return problems.length === 0 ? [] : [ofSet(set, problems)];
    });
}

function ofSet({ benchmark, samples }: SampledSet, judged: readonly JudgedProblem[]): RepeatedSamples {
  const [stream] = sha256Words(benchmark);
  const share = (of: (problem: JudgedProblem) => number): Share => {
    const values = judged.map(of);
    return { mean: sum(values) / values.length, interval: boundedMeanInterval(values, stream) };
  };
  const correct = ({ verdicts }: JudgedProblem) =>
    verdicts.filter(({ verdict }) => verdict === 'correct').length;
  return {
    ...{ benchmark, samples },
    passAt: powersUpTo(samples).map((k) => ({ k, ...share((each) => passAt(k, samples, correct(each))) })),
    majority: share(({ verdicts }) =>
      majorityShare(
        verdicts.map(({ verdict, extracted }) => ({ correct: verdict === 'correct', answer: extracted })),
      ),
    ),
    problems: judged
      .toSorted((a, b) => correct(a) - correct(b))
      .map(({ id, verdicts }) => ({ id, right: verdicts.map(({ verdict }) => verdict === 'correct') })),
  };
}

/** 1, 2, 4 and so on, and the most. */
function powersUpTo(most: number): readonly number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, index) => 2 ** index);
  return powers.at(-1) === most ? powers : [...powers, most];
}
