import { mean } from '#shared/metrics/mean.ts';
import { studentInterval } from '#shared/metrics/student-interval.ts';
import type { Score } from '#shared/records/summary.ts';
import type { CheckpointScore, RunCurves } from './run-curves.ts';
import { type Axis, placeAt, type StepPlace } from './step-places.ts';

/** What all seeds of a recipe score together; its intervals are of the seeds, not of problems. */
export interface SeedMeans {
  /** Runs, the one of the page among them. */
  readonly seeds: number;
  /** Where the steps below stand on every axis: means as well. */
  readonly places: readonly StepPlace[];
  /** Of every step at which all of them have a score. */
  readonly checkpoints: readonly Pick<CheckpointScore, 'step' | 'average' | 'benchmarks'>[];
}

/** The means over runs that differ by their seed alone. Pure. @param runs - two or more */
export function seedMeans(runs: readonly RunCurves[]): SeedMeans {
  const [first] = runs;
  const together = (first?.checkpoints ?? []).flatMap(({ step }) => {
    const found = runs.flatMap(({ checkpoints }) => checkpoints.find((each) => each.step === step) ?? []);
    const average = meanScore(found.map((each) => each.average));
    return found.length === runs.length && average ? [{ step, average, found }] : [];
  });
  return {
    seeds: runs.length,
    places: together.map(({ step }) => {
      const along = (axis: Axis) => meanOfAll(runs.map(({ places }) => placeAt(places, step, axis)));
      return { step, tokens: along('tokens'), hours: along('hours'), usd: along('usd') };
    }),
    checkpoints: together.map(({ step, average, found }) => ({
      ...{ step, average, benchmarks: meanBenchmarks(found) },
    })),
  };
}

function meanBenchmarks(found: readonly CheckpointScore[]): CheckpointScore['benchmarks'] {
  return (found[0]?.benchmarks ?? []).flatMap((set) => {
    const same = found.flatMap(
      ({ benchmarks }) => benchmarks.find(({ benchmark }) => benchmark === set.benchmark) ?? [],
    );
    const score = same.length === found.length ? meanScore(same.map((each) => each.score)) : null;
    return score ? [{ ...set, score }] : [];
  });
}

/** `null` where one has no mean: that of the others would be of other seeds. */
function meanScore(scores: readonly (Score | null)[]): Score | null {
  const means = scores.map((score) => score?.mean ?? null);
  const centre = meanOfAll(means);
  if (centre === null) return null;
  const interval = studentInterval(means.filter((each) => each !== null));
  const inside = interval && ([Math.max(0, interval[0]), Math.min(1, interval[1])] as [number, number]);
  return { mean: centre, interval: inside, bounds: [centre, centre] };
}

function meanOfAll(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? mean(known) : null;
}
