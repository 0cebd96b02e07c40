import type { Alert, AlertName } from '#shared/alerts/alert-rules.ts';
import { findAlerts, type MeasuredStep } from '#shared/alerts/find-alerts.ts';
import type { Metrics } from '#shared/records/runs.ts';

/** Tells of a run's alerts as its steps come, each rule once. A driver that took over knows the steps since then. */
export class StepAlerts {
  readonly #planned: number;
  readonly #steps: MeasuredStep[] = [];
  readonly #told = new Set<AlertName>();

  /** @param planned - steps of the whole run */
  constructor(planned: number) {
    this.#planned = planned;
  }

  /** @returns what this step gives reason to tell for the first time */
  after(step: number, metrics: Metrics): readonly Alert[] {
    // The engine was lost, and steps are done again.
    while ((this.#steps.at(-1)?.step ?? 0) >= step) this.#steps.pop();
    this.#steps.push({ step, metrics });
    const fresh = findAlerts(this.#steps, this.#planned).filter(({ rule }) => !this.#told.has(rule));
    for (const { rule } of fresh) this.#told.add(rule);
    return fresh;
  }
}
