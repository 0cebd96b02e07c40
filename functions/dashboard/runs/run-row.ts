import type { RunListItem } from '../../results/runs/run-view.ts';

/** A run as a row. */
export interface RunRow extends RunListItem {
  /** Means of all checkpoints, shares; `null` where there is none. */
  readonly curve: readonly { readonly step: number; readonly mean: number | null }[];
  /** Checkpoints whose evaluation lost shards or was refused. */
  readonly unscored: number;
}
