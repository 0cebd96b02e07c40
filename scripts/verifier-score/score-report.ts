import { agreementWithSource, failures, type JudgedFile, type Score, scoreOf } from './score.ts';

const HEAD = ['file', 'cases', 'accuracy', 'fp', 'fn', 'source agrees'];
const WIDTHS = [20, 8, 12, 6, 6, 16] as const;

export interface ScoreReport {
  readonly files: Readonly<Record<string, Score>>;
  readonly total: Score;
  /** The slowest verdict. */
  readonly maxMs: number;
}

export function scoreReport(files: readonly JudgedFile[]): ScoreReport {
  const all = files.flatMap(({ cases }) => cases);
  return {
    files: Object.fromEntries(files.map(({ name, cases }) => [name, scoreOf(cases)])),
    total: scoreOf(all),
    maxMs: all.reduce((most, { ms }) => Math.max(most, ms), 0),
  };
}

/** The report for people: a row for each file, and how far the labels' sources agree with the verdicts. */
export function scoreTable(files: readonly JudgedFile[]): string {
  const all = { name: 'total', cases: files.flatMap(({ cases }) => cases) };
  const rows = [...files, all].map(({ name, cases }) => {
    const { cases: count, accuracy, fp, fn } = scoreOf(cases);
    return [name, `${count}`, percent(accuracy), `${fp}`, `${fn}`, percent(agreementWithSource(cases))];
  });
  return [HEAD, ...rows]
    .map(([name = '', ...cells]) => name.padEnd(WIDTHS[0]) + cells.map(inColumn).join(''))
    .join('\n');
}

/** A line for each labelled case that was judged wrongly. */
export function failureLines(files: readonly JudgedFile[]): string {
  return files
    .flatMap(({ cases }) => failures(cases))
    .map(({ id, gold, prediction, ours, verification: { verdict, reason, extracted } }) =>
      JSON.stringify({ id, gold, prediction, ours, verdict, reason, extracted }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function inColumn(cell: string, index: number): string {
  return cell.padStart(WIDTHS[index + 1] ?? 0);
}
