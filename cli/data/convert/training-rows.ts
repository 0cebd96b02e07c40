import type { TrainingSourceRow } from './read-parquet.ts';

/** Equal rows as one each, in the order of their first, with `repeats` and that first one's place. */
export function foldRows(name: string, rows: readonly TrainingSourceRow[]): readonly object[] {
  const alike = Map.groupBy(rows.entries(), ([, row]) => JSON.stringify(row));
  return [...alike.values()].map((group, index) => {
    const [first, row] = group[0] as [number, TrainingSourceRow]; // a group has at least one
    return { id: `${name}-${index}`, ...row, repeats: group.length, first_row: first };
  });
}

/** All rows, as the accuracy history counts them; one whose problem stood before says where. */
export function markDuplicates(name: string, rows: readonly TrainingSourceRow[]): readonly object[] {
  const seen = new Map<string, string>();
  return rows.map((row, index) => {
    const id = `${name}-${index}`;
    const problem = JSON.stringify(row['prompt']);
    const before = seen.get(problem);
    if (before === undefined) seen.set(problem, id);
    return { id, ...row, ...(before !== undefined && { duplicate_of: before }) };
  });
}
