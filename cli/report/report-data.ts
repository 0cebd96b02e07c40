import type { VerdictKind } from '#shared/records/evaluations.ts';
/** Everything the report of a demo shows. Plain data: what it was collected from does not matter here. */
import type { Summary } from '#shared/records/summary.ts';
export interface ReportData {
  readonly title: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  /** The command line that made the runs. */
  readonly command: string;
  /** The model before any training. */
  readonly baseSummary: Summary;
  /** The first is the run that the report is about; the others are its controls. */
  readonly runs: readonly [ReportRun, ...ReportRun[]];
  readonly examples: readonly ReportExample[];
  /** What it would take to repeat the demo: recipe, model digest, seed, threads, versions, date, commit. */
  readonly settings: readonly (readonly [label: string, value: string])[];
}

export interface ReportRun {
  readonly name: string;
  /** Short: it stands in table heads and legends, such as `1-shot`. */
  readonly label: string;
  readonly steps: readonly ReportStep[];
  /** By ascending step. */
  readonly checkpoints: readonly ReportCheckpoint[];
  /** `null`: training accuracy never saturated. */
  readonly saturationStep: number | null;
}

/** What one training step measured. */
export interface ReportStep {
  readonly step: number;
  /** Mean reward of the step's completions, in [0, 1]. */
  readonly accuracy: number;
  /** Mean over tokens, in nats. */
  readonly entropy: number;
  /** Mean, in tokens. */
  readonly completionLength: number;
}

export interface ReportCheckpoint {
  readonly step: number;
  readonly summary: Summary;
}

/** One problem answered before and after training. All texts are untrusted. */
export interface ReportExample {
  readonly problem: string;
  readonly gold: string;
  readonly before: ReportCompletion;
  readonly after: ReportCompletion;
}

export interface ReportCompletion {
  readonly text: string;
  readonly verdict: VerdictKind;
}
