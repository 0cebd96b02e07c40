import type { Table } from '../shell/csv.ts';
import type { SamplesData } from './samples-data.ts';

/** The samples of a page, a row each. */
export function samplesTable({ evaluation, page }: SamplesData): Table {
  const columns = [
    ...['evaluation', 'problem', 'sample', 'grader', 'verdict', 'reason', 'extracted', 'gold', 'tokens'],
    ...['truncated', 'disagree', 'level', 'subject', 'question', 'completion'],
  ];
  const rows = page.items.map((item) => [
    ...[evaluation, item.problem, item.sample, item.grader, item.verdict, item.reason, item.extracted],
    ...[typeof item.gold === 'string' ? item.gold : JSON.stringify(item.gold), item.tokens],
    ...[item.truncated, item.disagree, item.level, item.subject, item.question, item.completion],
  ]);
  return { columns, rows };
}
