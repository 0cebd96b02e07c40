import type { Alert, AlertName } from '#shared/alerts/alert-rules.ts';
import { AlertWatch, type MeasuredStep } from '#shared/alerts/find-alerts.ts';
import type { Metrics } from '#shared/records/runs.ts';

/** Tells of a run's alerts as its steps come, each rule once. A driver that took over knows the steps since then. */
export class StepAlerts {
  readonly #planned: number;
  readonly #steps: MeasuredStep[] = [];
  readonly #told = new Set<AlertName>();
  #watch: AlertWatch;

  /** @param planned - steps of the whole run */
  constructor(planned: number) {
    this.#planned = planned;
    this.#watch = new AlertWatch(planned);
  }

  /** @returns what this step gives reason to tell for the first time */
  after(step: number, metrics: Metrics): readonly Alert[] {
    this.#goBackBefore(step);
    const measured = { step, metrics };
    this.#steps.push(measured);
    this.#watch.add(measured);
    const fresh = this.#watch.alerts().filter(({ rule }) => !this.#told.has(rule));
    for (const { rule } of fresh) this.#told.add(rule);
    return fresh;
  }

  /** The engine was lost, and steps are done again: what those before were looked at is looked at anew. */
  #goBackBefore(step: number): void {
    const kept = this.#steps.findLastIndex((each) => each.step < step) + 1;
    if (kept === this.#steps.length) return;
    this.#steps.length = kept;
    this.#watch = new AlertWatch(this.#planned);
    for (const each of this.#steps) this.#watch.add(each);
  }
}
