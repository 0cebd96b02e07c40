/** One step's work, the same for both: P prompts with n completions each of at most L tokens. */
export interface Workload {
  readonly name: string;
  /** A shape of `$ONESHOT_DATA/anchors/make_model.py`. */
  readonly shape: 'tiny10m' | 'smol135m' | 'longvocab';
  /** `fixed`: every completion has L tokens; `eos`: it ends where the model ends it. */
  readonly mode: 'fixed' | 'eos';
  readonly prompts: number;
  readonly samples: number;
  readonly maxTokens: number;
  /** Steps of one turn besides the first, which is not counted. */
  readonly steps: number;
  /** Greatest ratios, ours to TRL's; `checkpoints`: greatest share of a run that they take. */
  readonly targets: { readonly time: number; readonly memory?: number; readonly checkpoints?: number };
}

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'smol135m',
    shape: 'smol135m',
    mode: 'fixed',
    prompts: 1,
    samples: 8,
    maxTokens: 64,
    steps: 2,
    targets: { time: 0.7, checkpoints: 0.01 },
  },
  {
    name: 'tiny10m',
    shape: 'tiny10m',
    mode: 'fixed',
    prompts: 4,
    samples: 8,
    maxTokens: 128,
    steps: 3,
    targets: { time: 0.7 },
  },
  {
    name: 'tiny10m-eos',
    shape: 'tiny10m',
    mode: 'eos',
    prompts: 2,
    samples: 8,
    maxTokens: 128,
    steps: 5,
    targets: { time: 0.5 },
  },
  {
    name: 'longvocab',
    shape: 'longvocab',
    mode: 'fixed',
    prompts: 1,
    samples: 8,
    maxTokens: 64,
    steps: 3,
    targets: { time: 0.6, memory: 0.7 },
  },
];
