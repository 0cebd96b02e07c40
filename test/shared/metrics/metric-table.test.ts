import { expect, it } from 'vitest';
import { metricSections, type NamedMetrics, readMetric } from '#shared/metrics/metric-table.ts';

it('a metric is read by its name, and absent where it was not stored', () => {
  expect(readMetric({ 'reward/mean': 0.5 }, 'reward/mean')).toBe(0.5);
  expect(readMetric({}, 'critic/loss')).toBeUndefined();
});

it('a misspelt name does not compile', () => {
  // @ts-expect-error: there is no such metric
  expect(readMetric({}, 'reward/maen')).toBeUndefined();
  // @ts-expect-error: there is no such verdict
  const written = { 'verdict/right': 1 } satisfies NamedMetrics;
  expect(written).toBeDefined();
});

it('no name stands in two sections, and each is noun/measure', () => {
  const names = Object.values(metricSections).flatMap((section) => Object.keys(section));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+\/[a-z_]*(\/?\{[a-z]+\})?$/);
});
