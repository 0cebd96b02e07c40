import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE } from '../../functions/dashboard/hostile-text.ts';
import { pageCases } from '../../functions/dashboard/page-cases.ts';
import { RUN } from '../../functions/dashboard/pages-world.ts';
import { absent, isWide, launch, skipped, THEMES, violations, WIDTHS } from './browsing.ts';
import { ServedPages } from './served-pages.ts';

/** How pages are looked at. */
interface Viewed {
  readonly width: number;
  readonly themes: readonly (typeof THEMES)[number][];
}

describe.skipIf(absent)(`the pages in a browser${skipped}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  describe.each([
    {
      kind: 'plain texts',
      text: 'solve $7x + 2 = 51$',
      views: WIDTHS.map((width): Viewed => ({ width, themes: THEMES })),
    },
    {
      kind: 'hostile texts',
      text: HOSTILE,
      views: [
        { width: 1280, themes: ['light'] },
        { width: 390, themes: ['dark'] },
      ] satisfies Viewed[],
    },
  ])('with $kind', ({ text, views }) => {
    let served: ServedPages;
    beforeAll(async () => {
      served = await ServedPages.with(text);
    });
    afterAll(() => served[Symbol.asyncDispose]());

    it.each(views)(
      'have nothing against them at $width pixels, $themes: console, other hosts, axe, width',
      async ({ width, themes }) => {
        const options = { viewport: { width, height: 800 } };
        const { page, context, complaints } = await served.open(browser, options);
        const addresses = ['/sign-in', ...pageCases.flatMap((each) => each.addresses(served.evaluations))];
        for (const address of addresses) {
          await page.goto(served.url + address);
          expect(await isWide(page), address).toBe(false);
          await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
          expect(await isWide(page), `${address}, opened`).toBe(false);
          expect(await violations(page, themes), address).toEqual([]);
        }
        expect(complaints).toEqual([]);
        await context.close();
      },
    );
  });

  describe('of a run', () => {
    let served: ServedPages;
    beforeAll(async () => {
      served = await ServedPages.with('solve 7 x + 2 = 51');
    });
    afterAll(() => served[Symbol.asyncDispose]());

    it('work without JavaScript: sign-in, links, filters, search, keys', async () => {
      const { page, context } = await served.open(browser, { javaScriptEnabled: false });
      expect(page.url()).toBe(`${served.url}/`);
      await page.click('.runs tbody a');
      expect(page.url()).toBe(`${served.url}/runs/${RUN}`);
      await page.click('.seg a:text("tokens")');
      expect(page.url()).toBe(`${served.url}/runs/${RUN}?x=tokens`);
      await page.click('.bars a >> nth=1');
      await page.click('.cols a >> nth=1');
      expect(page.url()).toBe(`${served.url}/runs/${RUN}/steps/2?reward=1`);
      await page.fill('input[type=search]', 'solve');
      await page.keyboard.press('Enter');
      await page.waitForURL('**q=solve**');
      expect(new URL(page.url()).searchParams.get('q')).toBe('solve');
      expect(new URL(page.url()).searchParams.get('reward')).toBe('1');
      await page.click('button[popovertarget=keys]');
      expect(await page.isVisible('#keys')).toBe(true);
      await context.close();
    });

    it('are gone through by keys, and back by the browser', async () => {
      const { page, context, complaints } = await served.open(browser);
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/runs/${RUN}`);
      for (const key of ['j', 'j', 'k']) await page.keyboard.press(key);
      expect(await page.evaluate('document.activeElement.closest("li").id')).toBe('c0');
      await page.goto(`${served.url}/runs/${RUN}/steps/2?groups=mixed`);
      await page.keyboard.press(']');
      await page.waitForURL('**/steps/3?groups=mixed');
      await page.keyboard.press('[');
      await page.waitForURL('**/steps/2?groups=mixed');
      await page.keyboard.press('f');
      await page.waitForURL('**/steps/2?groups=mixed&show=rendered');
      await page.keyboard.press('/');
      await page.keyboard.type('jk'); // no keys of ours while one types
      expect(await page.inputValue('input[type=search]')).toBe('jk');
      await page.keyboard.press('Escape');
      await page.keyboard.press('u');
      await page.waitForURL(`**/runs/${RUN}`);
      await page.keyboard.press('?');
      expect(await page.isVisible('#keys')).toBe(true);
      await page.keyboard.press('Escape');
      await page.keyboard.press('g');
      await page.keyboard.press('r');
      await page.waitForURL(`${served.url}/`);
      await page.goBack();
      await page.waitForURL(`**/runs/${RUN}`);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('open a sample beside the list where there is room, else on its own page', async () => {
      const path = `/evaluations/${served.evaluations[2]}/samples`;
      const { page, context, complaints } = await served.open(browser);
      await page.goto(served.url + path);
      for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
      await page.waitForURL('**/samples?open=sums%2F1%2F0#list');
      expect(await page.locator('.beside mark#answer').isVisible()).toBe(true);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await page.locator('.beside .t').isVisible()).toBe(false);
      await page.goto(served.url + path);
      for (const key of ['j', 'Enter']) await page.keyboard.press(key);
      await page.waitForURL(`**${path}/sums/0/0`);
      await page.keyboard.press(']');
      await page.waitForURL(`**${path}/sums/1/0`);
      await page.keyboard.press('u');
      await page.waitForURL(`**${path}`);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('copy their address', async () => {
      const { page, context } = await served.open(browser, {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await page.goto(`${served.url}/runs/${RUN}?x=tokens`);
      await page.keyboard.press('y');
      await page.waitForSelector('.said');
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        `${served.url}/runs/${RUN}?x=tokens`,
      );
      await context.close();
    });

    it('show one step in all charts under the pointer', async () => {
      const { page, context } = await served.open(browser);
      await page.goto(`${served.url}/runs/${RUN}`);
      await page.hover('#scores .hit[data-x="3"]');
      expect(await page.locator('#scores .hit.on').count()).toBe(
        await page.locator('#scores .hit[data-x="3"]').count(),
      );
      const told = await page.evaluate(
        'getComputedStyle(document.querySelector("#scores .hit.on"), "::after").content',
      );
      expect(told).toContain('step 3');
      await context.close();
    });

    it('ask for style and script once', async () => {
      const { page, context } = await served.open(browser);
      const asked: string[] = [];
      page.on('response', (response) => {
        if (response.url().includes('/assets/') && !response.request().serviceWorker())
          asked.push(response.headers()['cache-control'] ?? '');
      });
      await page.goto(`${served.url}/runs/${RUN}`);
      expect(new Set(asked)).toEqual(new Set(['public, max-age=31536000, immutable']));
      await context.close();
    });
  });

  it('change by themselves when a score comes, and leave what the reader looks at where it is', async () => {
    await using served = await ServedPages.with('solve 7 x + 2 = 51', true);
    const { page, context, complaints } = await served.open(browser, {
      viewport: { width: 1280, height: 500 },
    });
    await page.goto(`${served.url}/runs/${RUN}`);
    await page.evaluate('document.querySelector("#settings").open = true');
    await page.focus('#settings summary');
    await page.evaluate('document.querySelector("#settings").scrollIntoView()');
    const top = () => page.evaluate('document.querySelector("#settings").getBoundingClientRect().top');
    const before = await top();
    expect(await page.locator('.strip .waiting').count()).toBe(1);
    const { world } = served.world.api;
    const evaluation = served.evaluations[2] ?? '';
    await world.deliver({ schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 0 });
    await world.settle();
    served.world.api.passTime();
    await page.waitForSelector('.strip li:nth-child(3).done', { timeout: 30_000 });
    expect(Math.abs(Number(await top()) - Number(before))).toBeLessThan(2);
    expect(await page.evaluate('document.querySelector("#settings").open')).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
