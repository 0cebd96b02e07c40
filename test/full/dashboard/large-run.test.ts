import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIX_SETS } from '#bench/served/fill-evaluation.ts';
import { fillRun } from '#bench/served/fill-run.ts';
import { assets } from '#functions/dashboard/assets/assets.ts';
import { PagesWorld } from '../../functions/dashboard/pages-world.ts';
import { absent, isWide, launch, skipped, violations, WIDTHS } from './browsing.ts';
import { ServedPages } from './served-pages.ts';

const RUN = 'long';
const CHECKPOINTS = 100;
const COMPLETIONS = 2247;
const STEPS = { between: 20, journalled: 60, prompts: 16, samples: 8 };
const MOST_BYTES = { run: 60_000, any: 300_000, script: 15_000 };

describe(`a run of 100 checkpoints with ${COMPLETIONS} completions each, and 60 steps of rollouts`, () => {
  let world: PagesWorld;
  let evaluations: readonly string[];
  let browser: Browser | undefined;
  let served: ServedPages;
  beforeAll(async () => {
    world = await PagesWorld.create();
    const evaluation = { ...SIX_SETS, shardItems: COMPLETIONS, letters: 200 };
    const shape = { checkpoints: CHECKPOINTS, stepsBetween: STEPS.between, journalled: STEPS.journalled };
    evaluations = await fillRun(world.api.world.store, RUN, { ...shape, evaluation });
    if (!absent) browser = await launch();
    served = await ServedPages.of(world, evaluations);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.[Symbol.asyncDispose]();
  });
  /** A window of the browser, signed in. */
  const open = (options: Parameters<ServedPages['open']>[1] = {}) => served.open(browser as Browser, options); // not absent
  const last = () => evaluations.at(-1) ?? '';
  const pages = () => [
    `/runs/${RUN}`,
    '/',
    `/runs/${RUN}/steps/${STEPS.journalled}`,
    '/evaluations',
    `/evaluations/${last()}`,
    `/evaluations/${last()}/samples?verdict=incorrect`,
    `/compare?a=${evaluations[0]}&b=${last()}`,
    `/audit?run=${RUN}`,
  ];

  it('is sent in few bytes, style and script included: 60 kB for the run, 300 kB for any page', async () => {
    const shared = gzipSync(assets.style.text).length + gzipSync(assets.script.text).length;
    for (const path of pages()) {
      const { status, text } = await world.get(path);
      expect(status, path).toBe(200);
      const most = path === `/runs/${RUN}` ? MOST_BYTES.run : MOST_BYTES.any;
      expect(gzipSync(text).length + shared, path).toBeLessThanOrEqual(most);
    }
    expect(assets.script.text.length).toBeLessThanOrEqual(MOST_BYTES.script);
  });

  describe.skipIf(absent)(`in a browser${skipped}`, () => {
    it.each(WIDTHS)('has nothing against it at %i pixels', async (width) => {
      const { page, context, complaints } = await open({ viewport: { width, height: 800 } });
      for (const path of pages()) {
        await page.goto(served.url + path);
        expect(await isWide(page), path).toBe(false);
        expect(await violations(page), path).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('has a point for each checkpoint, a group for each prompt and a place for each completion', async () => {
      const { page, context } = await open();
      await page.goto(`${served.url}/runs/${RUN}`);
      const line = await page.getAttribute('#scores figure:first-child .l0', 'd');
      expect(line?.match(/[ML]/g)).toHaveLength(CHECKPOINTS);
      expect(await page.locator('#scores figure:first-child .hit').count()).toBe(CHECKPOINTS);
      await page.goto(`${served.url}/runs/${RUN}/steps/${STEPS.journalled}`);
      expect(await page.locator('.grid a').count()).toBe(STEPS.prompts);
      expect(await page.locator('.grid i').count()).toBe(STEPS.prompts * STEPS.samples);
      await page.goto(`${served.url}/evaluations/${last()}/samples`);
      expect(await page.textContent('h1')).toContain('2,247 samples');
      await context.close();
    });

    it('leads from a point of its curve to what changed, and from there to one answer, in two clicks', async () => {
      const { page, context, complaints } = await open();
      await page.goto(`${served.url}/runs/${RUN}`);
      const step = (CHECKPOINTS - 1) * STEPS.between;
      await page.click(`#scores figure:first-child .hit[data-x="${step}"]`);
      await page.waitForURL('**/compare?**');
      const question = await page.textContent('#flips article h3');
      await page.click('#flips article .pair .c >> nth=1 >> a');
      await page.waitForURL(`**/evaluations/${last()}/samples/**`);
      expect(await page.textContent('main')).toContain(question);
      const shown = await page.textContent('main');
      const other = await open({ javaScriptEnabled: false });
      await other.page.goto(page.url());
      expect(await other.page.textContent('main')).toBe(shown);
      await page.goBack();
      await page.waitForURL('**/compare?**');
      expect(complaints).toEqual([]);
      await other.context.close();
      await context.close();
    });

    it('counts what filters leave, page after page', async () => {
      const { page, context } = await open({ javaScriptEnabled: false });
      await page.goto(`${served.url}/evaluations/${last()}/samples?benchmark=aime24&verdict=incorrect`);
      const total = Number(/(\d+) samples/.exec((await page.textContent('h1')) ?? '')?.[1]);
      expect(total).toBeGreaterThan(50);
      let seen = await page.locator('.hits > li').count();
      const first = page.url();
      while ((await page.locator('.pager a[rel=next]').count()) > 0) {
        await page.click('.pager a[rel=next]');
        seen += await page.locator('.hits > li').count();
      }
      expect(seen).toBe(total);
      while ((await page.locator('.pager a[rel=prev]').count()) > 0) await page.click('.pager a[rel=prev]');
      expect(page.url()).toBe(first);
      await context.close();
    });
  });
});
