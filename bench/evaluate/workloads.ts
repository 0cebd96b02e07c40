/** What is evaluated: the two shapes of the paper's six sets. */
export interface Workload {
  readonly name: string;
  readonly benchmark: 'aime24' | 'math500';
  /** The first so many. */
  readonly problems: number;
  readonly samples: number;
  readonly temperature: number;
}

const number = (name: string, usual: number) => Number(process.env[name] ?? usual);

/** New tokens of a completion, at most; it ends before where the model ends it. */
export const MAX_TOKENS = number('ONESHOT_BENCH_TOKENS', 512);

const ALL: readonly Workload[] = [
  {
    name: 'sampled',
    benchmark: 'aime24',
    problems: number('ONESHOT_BENCH_SAMPLED', 30),
    samples: 8,
    temperature: 0.6,
  },
  {
    name: 'greedy',
    benchmark: 'math500',
    problems: number('ONESHOT_BENCH_GREEDY', 100),
    samples: 1,
    temperature: 0,
  },
];

export const WORKLOADS = ALL.filter(({ problems }) => problems > 0);
