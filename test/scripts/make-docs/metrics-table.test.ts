import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { betweenMarkers } from '#scripts/make-docs/between-markers.ts';
import { metricsTable } from '#scripts/make-docs/metrics-table.ts';

it('the table of docs/watching.md is made of the metrics: `npm run docs:make` writes it', () => {
  const page = readFileSync('docs/watching.md', 'utf8');
  expect(page).toBe(betweenMarkers(page, 'metrics', metricsTable()));
});

it('no text breaks the rows of the table', () => {
  for (const row of metricsTable().split('\n')) expect(row.split('|'), row).toHaveLength(5);
});

it('what stands between markers is replaced, and nothing else', () => {
  const page = 'a $& b\n<!-- x: made -->\n\nold\n\n<!-- /x -->\nc\n';
  expect(betweenMarkers(page, 'x', 'new $1')).toBe('a $& b\n<!-- x: made -->\n\nnew $1\n\n<!-- /x -->\nc\n');
  expect(() => betweenMarkers(page, 'y', 'new')).toThrow('markers of y');
});
