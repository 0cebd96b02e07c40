import type { Protocol } from '#functions/dashboard/protocol.ts';
import type { RunData } from '#functions/dashboard/run/run-data.ts';
import type { Cell, Table } from '#functions/dashboard/shell/csv.ts';
import type { EvaluationSubject, ReportComparison, ReportData, RunSubject } from './report-data.ts';

const COLUMNS = [
  ...['part', 'subject', 'step', 'evaluation', 'against', 'grader', 'set', 'problems', 'samples'],
  ...['temperature', 'maxTokens', 'measure', 'value', 'low', 'high'],
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], Cell>>>;

/** All numbers of a report as one table, a value a row: scores and differences are shares, metrics in their own units. */
export function tidyTable({ subjects, comparisons }: ReportData): Table {
  const rows = [
    ...subjects.flatMap((subject) => (subject.kind === 'run' ? runRows(subject) : evaluationRows(subject))),
    ...comparisons.flatMap(differenceRows),
  ];
  return { columns: COLUMNS, rows: rows.map((row) => COLUMNS.map((column) => row[column])) };
}

function runRows({ label: subject, data }: RunSubject): readonly Row[] {
  const { checkpoints, grader, protocol } = data;
  const scores = checkpoints.flatMap(({ step, evaluation, average, benchmarks }) => {
    const known = { part: 'score', subject, step, evaluation, grader, measure: 'accuracy' };
    const mean = average ? [{ ...known, set: 'mean', ...valuesOf(average) }] : [];
    return [
      ...mean,
      ...benchmarks.map((each) => ({ ...known, ...setOf(each, protocol), ...valuesOf(each.score) })),
    ];
  });
  return [...scores, ...metricRows(subject, data)];
}

function metricRows(subject: string, { steps }: RunData): readonly Row[] {
  return steps.flatMap(({ step, metrics }) =>
    Object.entries(metrics).map(([measure, value]) => ({ part: 'metric', subject, step, measure, value })),
  );
}

function evaluationRows({ label: subject, data }: EvaluationSubject): readonly Row[] {
  const { evaluation, origin, protocol, graders } = data;
  return graders.flatMap(({ grader, average, benchmarks }) => {
    const known = { part: 'score', subject, step: origin?.step, evaluation, grader, measure: 'accuracy' };
    return [
      { ...known, set: 'mean', ...valuesOf(average) },
      ...benchmarks.map((each) => ({ ...known, ...setOf(each, protocol), ...valuesOf(each.score) })),
    ];
  });
}

function differenceRows({ comparison, a, b, sides }: ReportComparison): readonly Row[] {
  const { average, benchmarks, grader } = comparison;
  const known = {
    ...{ part: 'difference', subject: sides.second, step: b.checkpoint?.step },
    ...{ evaluation: b.evaluation, against: a.evaluation, grader, measure: 'difference' },
  };
  const rows = [...(average ? [{ ...average, benchmark: 'mean' }] : []), ...benchmarks];
  return rows.map(({ benchmark, problems, difference, interval: [low, high] }) => ({
    ...known,
    ...{ set: benchmark, problems, value: difference, low, high },
  }));
}

function setOf(
  {
    benchmark,
    problems,
    samplesPerProblem,
  }: { benchmark: string; problems: number; samplesPerProblem: number },
  protocol: Protocol | null,
): Row {
  const found = protocol?.sets.find((set) => set.benchmark === benchmark);
  return {
    ...{ set: benchmark, problems, samples: samplesPerProblem },
    ...{ temperature: found?.temperature, maxTokens: found?.maxTokens },
  };
}

function valuesOf({
  mean,
  interval,
}: {
  mean: number | null;
  interval: readonly [number, number] | null;
}): Row {
  return { value: mean, low: interval?.[0], high: interval?.[1] };
}
