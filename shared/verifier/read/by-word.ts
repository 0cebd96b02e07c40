/** A table of words, written by what they mean: each meaning with its words. */
export function byWord<Meaning extends string>(
  table: Readonly<Partial<Record<Meaning, string>>>,
): ReadonlyMap<string, Meaning> {
  const rows = Object.entries(table) as [Meaning, string][]; // no key but those of its type
  return new Map(
    rows.flatMap(([meaning, words]) => words.split(' ').map((word) => [word, meaning] as const)),
  );
}
