import type { CompareData, ComparedSide } from '#functions/dashboard/compare/compare-data.ts';
import type { Flip } from '#functions/dashboard/compare/read-flips.ts';
import type { EvaluationData } from '#functions/dashboard/evaluation/evaluation-data.ts';
import type { RunData } from '#functions/dashboard/run/run-data.ts';
import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import type { Sample } from '#functions/results/evaluations/sample-view.ts';
import type { Sides } from '#shared/comparison/verdict.ts';

/** Everything that a report says, in whatever form: plain data, as JSON holds it. All texts in it are untrusted. */
export interface ReportData {
  /** When it was made, RFC 3339 to the minute. */
  readonly madeAt: string;
  /** Of oneshot, that made it. */
  readonly version: string;
  /** Makes the report again, or what it tells of. */
  readonly command: string;
  /** At least one. */
  readonly subjects: readonly ReportSubject[];
  /** Each of the other subjects against the first; of a single one, what it came to against its beginning. */
  readonly comparisons: readonly ReportComparison[];
  /** What a reader may not conclude. */
  readonly caveats: readonly Caveat[];
}

/** What a report is about: a run with all its checkpoints, or one evaluation. */
export type ReportSubject = RunSubject | EvaluationSubject;

export interface RunSubject {
  readonly kind: 'run';
  /** What tables and sentences call it. */
  readonly label: string;
  readonly data: RunData;
  /** On what it began, such as `torch 2.13.0, AVX2`; `null` before it did. */
  readonly engine: string | null;
  /** The command line that trains it again; `null` where its settings are not those of this version. */
  readonly reproduction: string | null;
}

export interface EvaluationSubject {
  readonly kind: 'evaluation';
  readonly label: string;
  readonly data: EvaluationData;
  /** Where there is no other evaluation to show what turned. */
  readonly examples: SampleExamples | null;
}

/** A few completions by verdict, and how many there are of each. */
export interface SampleExamples {
  readonly counts: Readonly<Record<string, number>>;
  readonly samples: readonly Sample[];
}

/** Two evaluations, problem by problem. */
export interface ReportComparison extends Pick<CompareData, 'a'> {
  readonly b: ComparedSide;
  readonly comparison: Comparison;
  readonly sides: Sides;
  readonly counts: {
    readonly gained: number;
    readonly lost: number;
    /** By both. */
    readonly solved: number;
    readonly unsolved: number;
  };
  /** One that was gained, one that was lost, one that neither solves. */
  readonly examples: readonly Flip[];
}

export interface Caveat {
  readonly title: string;
  readonly text: string;
}
