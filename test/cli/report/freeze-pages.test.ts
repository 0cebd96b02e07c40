import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FrozenFile, freezePages, INDEX } from '#cli/report/freeze-pages.ts';
import { wantedPages } from '#cli/report/frozen-pages.ts';
import { renderReport } from '#cli/report/render-report.ts';
import { HOSTILE } from '../../functions/dashboard/hostile-text.ts';
import { RUN } from '../../functions/dashboard/pages-world.ts';
import { documentOf, ReportWorld } from './report-world.ts';

/** A report with its pages. */
async function freeze(world: ReportWorld, ...subjects: string[]): Promise<readonly FrozenFile[]> {
  const data = await world.report(...subjects);
  const { files, resolve } = await freezePages(wantedPages(data), world.ports, () => {});
  return [...files, { path: INDEX, text: renderReport(data, resolve) }];
}

describe('a frozen folder', () => {
  it('holds the run, its steps, its evaluations and what changed, with their data', async () => {
    const world = await ReportWorld.create('7 x + 2');
    const [base, , last] = world.evaluations;
    const paths = (await freeze(world, RUN)).map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)]);
    expect(paths).toEqual(
      expect.arrayContaining([
        'runs/r.html',
        'runs/r.json',
        'runs/r.csv',
        'runs/r-x-tokens.html',
        ...[1, 2, 3, 4, 5, 6].map((step) => `runs/r/steps/${step}.html`),
        ...world.evaluations.map((evaluation) => `evaluations/${evaluation}.html`),
        `compare/${base}-${last}.html`,
        `compare/${base}-${last}-flips-won.html`,
        `evaluations/${last}/samples/sums/1/0.html`,
        INDEX,
      ]),
    );
  });

  it('has links that lead to its files alone, and nothing that needs a server or a script', async () => {
    const world = await ReportWorld.create(HOSTILE);
    const files = await freeze(world, RUN);
    const paths = new Set(files.map(({ path }) => path));
    for (const { path, text } of files.filter((file) => file.path.endsWith('.html'))) {
      const document = documentOf(text);
      for (const link of document.querySelectorAll('[href]')) {
        const [target = '', fragment] = (link.getAttribute('href') ?? '').split('#');
        if (target.startsWith('https://arxiv.org/')) continue;
        const file = target === '' ? path : posix.join(posix.dirname(path), target);
        expect(paths, `${path}: ${target}`).toContain(file);
        if (fragment) expect(files.find((each) => each.path === file)?.text).toContain(` id="${fragment}"`);
      }
      expect(document.querySelectorAll('form,script,button,[src]'), path).toHaveLength(0);
      expect(document.querySelectorAll('meta[http-equiv]'), path).toHaveLength(1);
    }
  });
});
