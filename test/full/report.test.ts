import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freezePages } from '#cli/report/freeze-pages.ts';
import { wantedPages } from '#cli/report/frozen-pages.ts';
import { renderReport } from '#cli/report/render-report.ts';
import { ReportWorld } from '../cli/report/report-world.ts';
import { HOSTILE } from '../functions/dashboard/hostile-text.ts';
import { RUN } from '../functions/dashboard/pages-world.ts';
import { absent, isWide, launch, skipped, THEMES, violations, WIDTHS, watch } from './dashboard/browsing.ts';

/** Of files, as browsers have it. */
const ORIGIN = 'null';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  if (absent) return;
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'oneshot-report-'));
  for (const [name, text] of [
    ['plain', 'solve $7 x + 2 = 51$'],
    ['hostile', HOSTILE],
  ] as const) {
    const world = await ReportWorld.create(text);
    const data = await world.report(RUN);
    const { files, resolve } = await freezePages(wantedPages(data), world.ports, () => {});
    const all = [
      ...files,
      { path: 'index.html', text: renderReport(data, resolve) },
      { path: 'alone.html', text: renderReport(data) },
      { path: 'several.html', text: renderReport(await world.report(`${RUN}@0`, RUN)) },
    ];
    for (const file of all) {
      const path = join(folder, name, file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.text);
    }
  }
});
afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

describe.skipIf(absent)(`reports from the disk${skipped}`, () => {
  it.each([
    ['plain', WIDTHS, THEMES],
    ['hostile', [390], ['dark']],
  ] as const)(
    'of %s texts: axe finds nothing, nothing runs, nothing is fetched',
    async (name, widths, themes) => {
      for (const width of widths)
        for (const colorScheme of themes) {
          const options = { viewport: { width, height: 900 }, colorScheme };
          const { page, context, complaints } = await watch(browser, ORIGIN, options);
          for (const file of ['alone.html', 'several.html', `runs/${RUN}.html`, `runs/${RUN}/steps/2.html`]) {
            await page.goto(pathToFileURL(join(folder, name, file)).href);
            expect(await isWide(page), `${file} at ${width}`).toBe(false);
            expect(complaints).toEqual([]);
            expect(await violations(page), `${file} at ${width}, ${colorScheme}`).toEqual([]);
            complaints.length = 0; // axe asks for the style sheet, and must not
          }
          expect(complaints).toEqual([]);
          await context.close();
        }
    },
  );

  it('has its style in every page of a folder, and ways from the report to them and back', async () => {
    const { page, complaints } = await watch(browser, ORIGIN);
    await page.goto(pathToFileURL(join(folder, 'plain', 'index.html')).href);
    await page.click('.facts a');
    expect(page.url()).toMatch(/#change$/);
    await page.goto(pathToFileURL(join(folder, 'plain', `runs/${RUN}.html`)).href);
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).toBe('1200px');
    await page.click('.strip a');
    expect(page.url()).toMatch(/evaluations\/[a-z2-7]+\.html$/);
    await page.click('.brand');
    expect(page.url()).toMatch(/index\.html$/);
    expect(complaints).toEqual([]);
  });
});
