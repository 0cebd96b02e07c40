import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorsPage } from '#scripts/make-docs/errors-page.ts';

it('docs/errors.md is made of the table: `npm run docs:make` writes it', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsPage());
});

it('no text breaks the rows of a table', () => {
  const rows = errorsPage()
    .split('\n')
    .filter((line) => line.startsWith('| '));
  for (const row of rows) expect(row.split('|'), row).toHaveLength(7);
});
