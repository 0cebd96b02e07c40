/** Where a run stands between two steps. */
import type { Checkpoint } from '#shared/records/runs.ts';
export interface Boundary {
  /** The last step that is done. */
  readonly step: number;
  /** Key of the newest checkpoint; `null` before the first. */
  readonly checkpoint: string | null;
  /** Metrics of the steps since then. */
  readonly steps: Checkpoint['steps'];
}
