import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

const folder = join(packageRoot, 'docs/decisions');
const pages = readdirSync(folder).filter((file) => file !== 'README.md');
const index = readFileSync(join(folder, 'README.md'), 'utf8').split('\n');

describe('the index of decisions', () => {
  it.each(pages)('has a line for %s, with its number, its title and its date', (page) => {
    const [heading = '', , status = ''] = readFileSync(join(folder, page), 'utf8').split('\n');
    const [, number, title] = /^# (\d{4}) · (.+)$/.exec(heading) ?? [];
    const line = index.find((row) => row.includes(`(${page})`)) ?? '';
    expect(line.startsWith(`| [${number}](${page}) | ${title}`)).toBe(true);
    expect(line).toContain(/\d{4}-\d{2}-\d{2}/.exec(status)?.[0] ?? 'a date');
  });
});
