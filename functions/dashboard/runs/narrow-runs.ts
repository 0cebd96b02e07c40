import { RunState } from '../../results/runs/run-progress.ts';
import type { RunRow } from './run-row.ts';
import type { RunSort, RunsQuery } from './runs-query.ts';

export interface NarrowedRuns {
  /** Those that pass the filters, in the order asked for. */
  readonly runs: readonly RunRow[];
  /** How many runs each value of a filter would leave, the other filters as they are. */
  readonly counts: { readonly recipe: Counts; readonly state: Counts };
}

type Counts = Readonly<Record<string, number>>;

/** The rows that pass all filters, sorted; and what each value of a filter would leave. Pure. */
export function narrowRuns(rows: readonly RunRow[], query: RunsQuery): NarrowedRuns {
  const sought = query.q?.toLowerCase() ?? '';
  const tests = {
    q: ({ run, recipe }: RunRow) => run.includes(sought) || recipe.toLowerCase().includes(sought),
    recipe: ({ recipe }: RunRow) => query.recipe === undefined || recipe === query.recipe,
    state: ({ state }: RunRow) => query.state === undefined || state === query.state,
  };
  const passing = (...names: (keyof typeof tests)[]) =>
    rows.filter((row) => names.every((name) => tests[name](row)));
  return {
    runs: sorted(passing('q', 'recipe', 'state'), query.sort),
    counts: {
      recipe: countsOf(passing('q', 'state'), ({ recipe }) => recipe),
      state: countsOf(passing('q', 'recipe'), ({ state }) => state),
    },
  };
}

function countsOf(rows: readonly RunRow[], of: (row: RunRow) => string): Counts {
  return Object.fromEntries([...Map.groupBy(rows, of)].map(([value, each]) => [value, each.length]));
}

const sortValue: Readonly<Record<RunSort, (row: RunRow) => string | number>> = {
  created: ({ createdAt }) => createdAt,
  recipe: ({ recipe }) => recipe,
  state: ({ state }) => RunState.options.indexOf(state),
  step: ({ step }) => step ?? -1,
  score: ({ score }) => score?.mean ?? -1,
};

/** Equals stay as they were: newest first. */
function sorted(rows: readonly RunRow[], sort: RunsQuery['sort']): readonly RunRow[] {
  const [sign, name] = sort.startsWith('-') ? [-1, sort.slice(1)] : [1, sort];
  const value = sortValue[name as RunSort]; // what follows the sign, as the schema has it
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left === right ? 0 : left < right ? -sign : sign;
  });
}
