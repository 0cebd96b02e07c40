import type { TrainingExample } from './training-example.ts';

/** Where a recipe takes its training examples from. */
export type ExampleSource =
  /** A released file under the data folder. */
  | { readonly kind: 'file'; readonly file: string }
  /** π_j of the paper by rank j, from 1: rows of DSR-sub by the variance of their accuracy history. */
  | { readonly kind: 'ranks'; readonly ranks: readonly number[] }
  /** `count` rows of DSR-sub, drawn by a seed. */
  | { readonly kind: 'random'; readonly count: number; readonly seed: number }
  /** Made on the spot. */
  | { readonly kind: 'made'; readonly make: () => readonly TrainingExample[] };
