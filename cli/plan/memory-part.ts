/** What the engine does when a part is there. */
export type Phase = 'sampling' | 'forward' | 'backward';
export const PHASES: readonly Phase[] = ['sampling', 'forward', 'backward'];
export const UPDATE: readonly Phase[] = ['forward', 'backward'];

export interface MemoryPart {
  readonly part: string;
  readonly bytes: number;
  readonly during: readonly Phase[];
}

/** A place that holds less than is needed. */
export interface Shortage {
  readonly what: string;
  readonly needBytes: number;
  readonly haveBytes: number;
}

export const FP32 = 4;
export const BF16 = 2;
/** Besides tensors: CUDA's context, Python and its libraries [a round figure; 0.35 GB were measured on a CPU]. */
export const PROGRAM_BYTES = 2 ** 30;
