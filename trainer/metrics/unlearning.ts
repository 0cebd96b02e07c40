import type { Metrics } from '#shared/messages.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';

/** Steps in a row without any difference in reward that are no accident any more, even of few completions. */
const STEPS = 10;

/**
 * Notices when a run learns nothing from its rewards: all advantages of its latest steps are 0, since all completions
 * of a group got the same reward.
 */
export class Unlearning {
  readonly #patience: number;
  #steps = 0;

  /** @param steps - of the run, which may be fewer than it takes otherwise */
  constructor(steps: number) {
    this.#patience = Math.min(STEPS, steps);
  }

  /** @returns how many steps it has been, when it is time to say so: once for each time that it happens */
  after(metrics: Metrics): number | undefined {
    const isFlat = readMetric(metrics, 'advantage/min') === 0 && readMetric(metrics, 'advantage/max') === 0;
    this.#steps = isFlat ? this.#steps + 1 : 0;
    return this.#steps === this.#patience ? this.#steps : undefined;
  }
}
