import { meanText, rangeText } from '#functions/results/format-score.ts';
import type { Score } from '#shared/records/summary.ts';
import type { ScoreRow } from './score-row.ts';

/**
 * The score table as plain text: a row per model, a column per set and one for their average, accuracy in per
 * cent over its 95 % interval, `*` at the best of each column. Six sets fit into 100 columns.
 */
export function renderScoreTable(rows: readonly ScoreRow[]): string {
  const names = (rows[0]?.scores ?? []).map(({ benchmark }) => benchmark);
  const columns = [...names.map((name) => scoreColumn(name, rows)), averageColumn(rows)];
  const labels = textColumn(
    ['', ''],
    rows.flatMap(({ label }) => [label, '']),
    'padEnd',
  );
  const blocks = [labels, ...columns.map(({ head, cells }) => textColumn(head, cells, 'padStart'))];
  const height = blocks[0]?.length ?? 0;
  const lines = Array.from({ length: height }, (_, line) =>
    blocks
      .map((block) => block[line] ?? '')
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
  return [...lines.slice(0, 2), rule, ...lines.slice(2), rule, ...footnotes(rows)].join('\n');
}

interface Column {
  /** Two lines: `micro-math500` breaks after its hyphen. */
  readonly head: readonly [string, string];
  /** Two lines a row. */
  readonly cells: readonly string[];
}

function scoreColumn(name: string, rows: readonly ScoreRow[]): Column {
  const scores = rows.map((row) => row.scores.find(({ benchmark }) => benchmark === name)?.score);
  const hyphen = name.indexOf('-') + 1;
  return { head: [name.slice(0, hyphen), name.slice(hyphen)], cells: cellLines(scores) };
}

function averageColumn(rows: readonly ScoreRow[]): Column {
  return { head: ['', 'Avg'], cells: cellLines(rows.map(({ average }) => average)) };
}

function cellLines(scores: readonly (Score | undefined)[]): string[] {
  const best = Math.max(...scores.map((score) => score?.mean ?? -1));
  return scores.flatMap((score) =>
    score
      ? [meanText(score) + (score.mean === best && scores.length > 1 ? '*' : ' '), `${rangeText(score)} `]
      : ['– ', ''],
  );
}

function textColumn(
  head: readonly [string, string],
  cells: readonly string[],
  pad: 'padStart' | 'padEnd',
): string[] {
  const lines = pad === 'padStart' ? [...head.map((text) => `${text} `), ...cells] : [...head, ...cells];
  const width = Math.max(...lines.map((line) => line.length));
  return lines.map((line) => line[pad](width));
}

function footnotes(rows: readonly ScoreRow[]): string[] {
  const incomplete = rows.some(({ average, scores }) =>
    [average, ...scores.map(({ score }) => score)].some(({ mean }) => mean === null),
  );
  return [
    'Accuracy in %, below it the 95 % interval.  * best of its column.',
    ...(incomplete ? ['n/a: completions are missing; below it what remains possible.'] : []),
  ];
}
