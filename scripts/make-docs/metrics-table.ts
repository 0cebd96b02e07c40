import { metricSections } from '#shared/metrics/metric-table.ts';

/** The metrics of a step as a Markdown table: a row with its section's title, then a row a metric. */
export function metricsTable(): string {
  const rows = Object.entries(metricSections).flatMap(([title, metrics]) => [
    `| **${title}** | | |`,
    ...Object.entries(metrics).map(([name, { unit, means }]) => `| \`${name}\` | ${unit} | ${means} |`),
  ]);
  return ['| metric | unit | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
