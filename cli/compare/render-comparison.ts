import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import { flipTotals } from '#functions/results/evaluations/flip-totals.ts';
import { nothingDiffers, recordingText, samenessText } from '#functions/results/evaluations/sameness-text.ts';
import { percent, points, pText } from '#functions/results/format-score.ts';
import { type Sides, verdictText } from '#shared/comparison/verdict.ts';
import { printable } from '#shared/printable.ts';
import { type TextColumn, textTable } from '../terminal/text-table.ts';

type Row = Pick<
  Comparison['benchmarks'][number],
  'problems' | 'first' | 'second' | 'difference' | 'interval' | 'adjustedP' | 'detectable' | 'verdict'
> & {
  readonly name: string;
  readonly samples: string;
  readonly gained: number;
  readonly lost: number;
};

/** A comparison as a person reads it: the verdict, what else differs, then the numbers. Ends its last line. */
export function renderComparison(comparison: Comparison, sides: Sides): string {
  const { verdict, average, benchmarks, grader } = comparison;
  const rows: Row[] = [
    ...benchmarks.map(rowOf),
    ...(average && benchmarks.length > 1 ? [meanOf(comparison, average)] : []),
  ];
  const lines = [
    verdictText(verdict, sides),
    '',
    ...protocolLines(comparison),
    '',
    `A is ${sides.first}, B is ${sides.second}. Accuracy in %, B − A in points with its 95 % interval; grader ${grader}.`,
  ];
  const table = rows.length > 0 ? `\n${textTable(COLUMNS, rows)}` : '';
  return `${lines.map(printable).join('\n')}\n${table}`;
}

function protocolLines(comparison: Comparison): string[] {
  const { differences } = comparison;
  if (differences.length === 0)
    return [[nothingDiffers(comparison), recordingText(comparison)].filter(Boolean).join(' ')];
  const same = samenessText(comparison);
  const lines = differences.map(({ what, severity, benchmark, first, second }) => {
    const mark = severity === 'pairs-do-not-match' ? '■ pairs do not match' : '▲ may move scores';
    return `${mark}: ${what}${benchmark === undefined ? '' : ` of ${benchmark}`}, A ${first}, B ${second}`;
  });
  return same === '' ? lines : [same, ...lines];
}

function rowOf(row: Comparison['benchmarks'][number]): Row {
  const [first, second] = row.samples;
  return {
    ...row,
    name: row.benchmark,
    samples: first === second ? `${first}` : `${first}/${second}`,
    gained: row.gained.length,
    lost: row.lost.length,
  };
}

function meanOf({ benchmarks }: Comparison, average: NonNullable<Comparison['average']>): Row {
  const { gained, lost } = flipTotals(benchmarks);
  return { ...average, name: 'Mean', samples: '', gained, lost };
}

const COLUMNS: readonly TextColumn<Row>[] = [
  { head: 'SET', text: ({ name }) => name },
  {
    head: 'N × K',
    text: ({ problems, samples }) => (samples ? `${problems} × ${samples}` : `${problems}`),
    right: true,
  },
  { head: 'A', text: ({ first }) => percent(first), right: true },
  { head: 'B', text: ({ second }) => percent(second), right: true },
  { head: 'B − A', text: ({ difference }) => points(difference), right: true },
  { head: '95 %', text: ({ interval: [low, high] }) => `${points(low)} to ${points(high)}`, right: true },
  { head: 'P, HOLM', text: ({ adjustedP }) => pText(adjustedP), right: true },
  { head: 'DETECTABLE', text: ({ detectable }) => `±${percent(detectable)}`, right: true },
  { head: 'GAINED/LOST', text: ({ gained, lost }) => `${gained}/${lost}`, right: true },
  { head: 'VERDICT', text: ({ verdict }) => WORDS[verdict.kind] },
];

const WORDS: Readonly<Record<Row['verdict']['kind'], string>> = {
  better: 'better',
  worse: 'worse',
  'no-difference': 'no difference',
  'cannot-tell': 'cannot tell',
  blocked: 'none',
};
