import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FrozenFile, freezePages, INDEX } from '#cli/report/freeze-pages.ts';
import { wantedPages } from '#cli/report/frozen-pages.ts';
import { renderReport } from '#cli/report/render-report.ts';
import { reportPorts } from '#cli/report/report-ports.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
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

it('leaves out a page that cannot be made, and says which', async () => {
  const world = await ReportWorld.create('7 x + 2');
  const { store } = world.pages.api.world;
  const { journal } = await read(store, record.step({ run: RUN, step: 2, incarnation: 1 }));
  const damaged = withDamage(store, journal);
  const data = await world.report(RUN);
  const { files, failed } = await freezePages(wantedPages(data), reportPorts(damaged), () => {});
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('runs/r/steps/1.html');
  expect(paths).not.toContain('runs/r/steps/2.html');
  expect(failed).toEqual([expect.stringMatching(/^\/runs\/r\/steps\/2: /)]);
});

/** A store that gives nothing sensible for one key. */
function withDamage(store: ObjectStore, part: string): ObjectStore {
  const get: ObjectStore['get'] = async (key, range) =>
    key.includes(part) ? new TextEncoder().encode('{') : store.get(key, range);
  return new Proxy(store, {
    get: (target, name) => {
      const own: unknown = name === 'get' ? get : Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}
