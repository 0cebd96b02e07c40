import type { RunCurves } from '#functions/dashboard/run/run-curves.ts';
import { scoredOf, shortName, stepName } from '#functions/dashboard/run/run-words.ts';
import { headlineGrader } from '#functions/results/evaluations/headline-score.ts';
import type { Score } from '#shared/records/summary.ts';
import type { ReportData, ReportSubject } from './report-data.ts';

/** The scores of one model, by the grader that counts. */
export interface ScoreColumn {
  readonly label: string;
  readonly average: Score;
  readonly benchmarks: readonly {
    readonly benchmark: string;
    readonly problems: number;
    readonly samplesPerProblem: number;
    readonly score: Score;
  }[];
}

/** What a report tabulates side by side: of a run alone its beginning, its control and its end, of several things each. */
export function scoreColumns({ subjects }: Pick<ReportData, 'subjects'>): readonly ScoreColumn[] {
  const [only] = subjects;
  if (subjects.length === 1 && only?.kind === 'run') return columnsOfRun(only.data);
  return subjects.flatMap((subject) => columnOf(subject) ?? []);
}

function columnsOfRun(run: RunCurves & { readonly control: RunCurves | null }): readonly ScoreColumn[] {
  const scored = scoredOf(run.checkpoints);
  const [first, last] = [scored[0], scored.at(-1)];
  const other = run.control && scoredOf(run.control.checkpoints).at(-1);
  const control = run.control &&
    other && { ...other, label: `${shortName(run.control)}, ${stepName(other.step)}` };
  const ends = first && last ? (first === last ? [last] : [first, last]) : [];
  const [base, ...end] = ends.map((each) => ({ ...each, label: stepName(each.step) }));
  return [...(base ? [base] : []), ...(control ? [control] : []), ...end];
}

function columnOf({ kind, label, data }: ReportSubject): ScoreColumn | undefined {
  if (kind === 'run') {
    const last = scoredOf(data.checkpoints).at(-1);
    return last && { ...last, label: `${label}, ${stepName(last.step)}` };
  }
  const grader = headlineGrader(data.graders.map((each) => each.grader));
  const scores = data.graders.find((each) => each.grader === grader);
  return scores && { label, average: scores.average, benchmarks: scores.benchmarks };
}

/** How each benchmark is sampled, by its name; where subjects differ, as the first has it. */
export function protocolWords({ subjects }: Pick<ReportData, 'subjects'>): ReadonlyMap<string, string> {
  const sets = subjects.flatMap(({ data }) => data.protocol?.sets ?? []);
  return new Map(
    sets.toReversed().map(({ benchmark, samples, temperature, topP, maxTokens }) => {
      const how =
        temperature === 0 ? 'greedy' : `${samples} at T ${temperature}${topP === 1 ? '' : `, top-p ${topP}`}`;
      return [benchmark, `${how}, ≤ ${maxTokens.toLocaleString('en-US')} tokens`];
    }),
  );
}
