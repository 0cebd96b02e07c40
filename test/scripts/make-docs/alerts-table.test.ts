import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alertsTable } from '#scripts/make-docs/alerts-table.ts';
import { betweenMarkers } from '#scripts/make-docs/between-markers.ts';

it('the rules of alerts in docs/watching.md are those of the table', () => {
  const page = readFileSync('docs/watching.md', 'utf8');
  expect(page).toBe(betweenMarkers(page, 'alerts', alertsTable()));
});
