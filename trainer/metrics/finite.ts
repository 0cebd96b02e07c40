import type { Metrics } from '#shared/messages.ts';

/** The metrics themselves. @throws {Error} on one that is not finite, which no stored object could hold */
export function finite(metrics: Metrics): Metrics {
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new Error(`the metric ${name} is ${value}`);
  }
  return metrics;
}
