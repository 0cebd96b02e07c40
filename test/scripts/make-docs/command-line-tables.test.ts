import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { betweenMarkers } from '#scripts/make-docs/between-markers.ts';
import { environmentTable, exitCodesTable } from '#scripts/make-docs/command-line-tables.ts';

const page = readFileSync('docs/guide/command-line.md', 'utf8');

it('docs/guide/command-line.md has the tables of exit codes and of the environment', () => {
  expect(page).toBe(betweenMarkers(page, 'exit-codes', exitCodesTable()));
  expect(page).toBe(betweenMarkers(page, 'environment', environmentTable()));
});
