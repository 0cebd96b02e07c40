import type { Table } from '../shell/csv.ts';
import type { SampleData } from './sample-data.ts';

/** A row for each grader's verdict, with what the verifier says now. */
export function sampleTable({
  evaluation,
  problem,
  sample,
  verdicts,
  checks,
  completion,
  notes,
}: SampleData): Table {
  const columns = [
    ...['evaluation', 'problem', 'sample', 'grader', 'verdict', 'reason', 'extracted'],
    ...['method', 'verdictNow', 'reasonNow', 'readersHold', 'completion'],
  ];
  const rows = verdicts.map(({ grader, verdict, reason, extracted }) => {
    const check = checks.find((each) => each.grader === grader);
    return [
      ...[evaluation, problem, sample, grader, verdict, reason, extracted],
      ...[check?.method, check?.verdict, check?.reason],
      ...[notes.flatMap((note) => (note.grader === grader ? [note.holds] : [])).join(' '), completion],
    ];
  });
  return { columns, rows };
}
