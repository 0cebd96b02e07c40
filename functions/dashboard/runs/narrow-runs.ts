import { RunState } from '../../results/runs/run-progress.ts';
import type { RunListItem } from '../../results/runs/run-view.ts';
import type { RunSort, RunsQuery } from './runs-query.ts';

export interface NarrowedRuns {
  /** Those that pass the filters, in the order asked for. */
  readonly runs: readonly RunListItem[];
  /** How many runs each value of a filter would leave, the other filters as they are. */
  readonly counts: { readonly recipe: Counts; readonly state: Counts };
}

type Counts = Readonly<Record<string, number>>;

/** The rows that pass all filters, sorted; and what each value of a filter would leave. Pure. */
export function narrowRuns(rows: readonly RunListItem[], query: RunsQuery): NarrowedRuns {
  const sought = query.q?.toLowerCase() ?? '';
  const tests = {
    q: ({ run, recipe }: RunListItem) => run.includes(sought) || recipe.toLowerCase().includes(sought),
    recipe: ({ recipe }: RunListItem) => query.recipe === undefined || recipe === query.recipe,
    state: ({ state }: RunListItem) => query.state === undefined || state === query.state,
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

function countsOf(rows: readonly RunListItem[], of: (row: RunListItem) => string): Counts {
  return Object.fromEntries([...Map.groupBy(rows, of)].map(([value, each]) => [value, each.length]));
}

const sortValue: Readonly<Record<RunSort, (row: RunListItem) => string | number>> = {
  created: ({ createdAt }) => createdAt,
  recipe: ({ recipe }) => recipe,
  state: ({ state }) => RunState.options.indexOf(state),
  step: ({ step }) => step ?? -1,
  score: ({ score }) => score?.mean ?? -1,
};

/** Equals stay as they were: newest first. */
function sorted(rows: readonly RunListItem[], sort: RunsQuery['sort']): readonly RunListItem[] {
  const [sign, name] = sort.startsWith('-') ? [-1, sort.slice(1)] : [1, sort];
  const value = sortValue[name as RunSort]; // what follows the sign, as the schema has it
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left === right ? 0 : left < right ? -sign : sign;
  });
}
