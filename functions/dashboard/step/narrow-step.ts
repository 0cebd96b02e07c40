import type { StepGroup } from './step-group.ts';
import type { StepQuery } from './step-query.ts';

/** Groups of a page: with eight samples each, what a reader looks through at a time. */
const PAGE = 16;

type Rollout = StepGroup['rollouts'][number];

/** What each choice of a filter would leave, all others as they are. */
interface StepCounts {
  readonly groups: { readonly all: number; readonly mixed: number; readonly dead: number };
  readonly verdict: Readonly<Record<string, number>>;
  readonly cut: number;
  readonly all: number;
}

export interface Narrowed {
  /** Groups of this page, with those of their samples that pass. */
  readonly groups: readonly StepGroup[];
  readonly counts: StepCounts;
  readonly page: number;
  readonly pages: number;
  /** Samples that pass, on all pages. */
  readonly matches: number;
}

/** The groups and samples that pass the filters, sorted and cut into pages; and what each choice would leave. Pure. */
export function narrowStep(all: readonly StepGroup[], query: StepQuery): Narrowed {
  const eligible = all.filter(
    (group) =>
      (query.group === undefined || group.row === query.group) &&
      (query.right === undefined || group.correct === query.right),
  );
  const ofKind = (kind: StepQuery['groups']) =>
    eligible.filter(({ dead }) => kind === 'all' || dead === (kind === 'dead'));
  const passing = (kind: StepQuery['groups'], asked: SampleFilter) => ofKind(kind).flatMap(keeping(asked));
  const found = passing(query.groups, query);
  const { reward, q } = query;
  const free = passing(query.groups, { reward, q }).flatMap(({ rollouts }) => rollouts);
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(query.page, pages);
  return {
    groups: found.toSorted(order(query.sort)).slice((page - 1) * PAGE, page * PAGE),
    counts: {
      groups: {
        all: passing('all', query).length,
        mixed: passing('mixed', query).length,
        dead: passing('dead', query).length,
      },
      verdict: Object.fromEntries(
        [...Map.groupBy(free, ({ verdict }) => verdict)].map(([name, each]) => [name, each.length]),
      ),
      cut: free.filter(({ truncated }) => truncated).length,
      all: free.length,
    },
    ...{ page, pages },
    matches: found.reduce((count, { rollouts }) => count + rollouts.length, 0),
  };
}

type SampleFilter = Partial<Pick<StepQuery, 'reward' | 'q' | 'verdict' | 'cut'>>;

/** A group with the samples that pass; nothing of one where none does. */
function keeping({ reward, verdict, cut, q }: SampleFilter): (group: StepGroup) => readonly StepGroup[] {
  const sought = q?.toLowerCase();
  const passes = (rollout: Rollout) =>
    (reward === undefined || rollout.reward === reward) &&
    (verdict === undefined || rollout.verdict === verdict) &&
    (cut === undefined || rollout.truncated) &&
    (sought === undefined || rollout.text.toLowerCase().includes(sought));
  return (group) => {
    const rollouts = group.rollouts.filter(passes);
    return rollouts.length === 0 ? [] : [{ ...group, rollouts }];
  };
}

/** Dead groups last, unless groups stand in the order of their rows. */
function order(sort: StepQuery['sort']): (a: StepGroup, b: StepGroup) => number {
  const length = ({ rollouts }: StepGroup) => Math.max(...rollouts.map(({ tokens }) => tokens));
  if (sort === 'group') return (a, b) => a.row - b.row;
  if (sort === 'length') return (a, b) => length(b) - length(a) || a.row - b.row;
  return (a, b) => Number(a.dead) - Number(b.dead) || a.correct - b.correct || a.row - b.row;
}
