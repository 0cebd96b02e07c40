/** The metrics themselves. @throws {Error} on one that is not finite, which no stored object could hold */
import type { Metrics } from '#shared/records/runs.ts';
export function finite(metrics: Metrics): Metrics {
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new Error(`the metric ${name} is ${value}`);
  }
  return metrics;
}
