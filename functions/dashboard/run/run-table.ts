import type { Table } from '../shell/csv.ts';
import type { RunData } from './run-data.ts';

/**
 * The scores of a run, and of its other seeds, as a table: a row for each checkpoint and benchmark, one for the mean of the
 * benchmarks.
 */
export function runTable({ run, checkpoints, grader, protocol, seeds }: RunData): Table {
  const columns = [
    'run',
    'step',
    'tokens',
    'hours',
    'usd',
    'evaluation',
    'state',
    'grader',
    'benchmark',
    'problems',
    'samples',
  ];
  const rows = [{ run, checkpoints }, ...(seeds?.others ?? [])].flatMap((each) =>
    rowsOf(each, grader, protocol),
  );
  return { columns: [...columns, 'temperature', 'maxTokens', 'score', 'low', 'high'], rows };
}

function rowsOf(
  { run, checkpoints }: Pick<RunData, 'run' | 'checkpoints'>,
  grader: RunData['grader'],
  protocol: RunData['protocol'],
): Table['rows'] {
  const sets = new Map(protocol?.sets.map((set) => [set.benchmark, set]));
  return checkpoints.flatMap(({ step, tokens, hours, usd, evaluation, state, average, benchmarks }) => {
    const known = [run, step, tokens, hours, usd, evaluation, state, grader];
    const mean = average && [
      ...[...known, 'mean', benchmarks.reduce((count, { problems }) => count + problems, 0), null],
      ...[null, null, average.mean, ...(average.interval ?? [null, null])],
    ];
    const each = benchmarks.map(({ benchmark, problems, samplesPerProblem, score }) => [
      ...[...known, benchmark, problems, samplesPerProblem],
      ...[sets.get(benchmark)?.temperature, sets.get(benchmark)?.maxTokens],
      ...[score.mean, ...(score.interval ?? [null, null])],
    ]);
    return mean ? [mean, ...each] : [known];
  });
}
