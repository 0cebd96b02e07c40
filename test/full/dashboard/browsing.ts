import { existsSync } from 'node:fs';
import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

const { ONESHOT_CHROMIUM = '/usr/bin/chromium' } = process.env;
export const absent = !existsSync(ONESHOT_CHROMIUM);
/** For the title of a suite. */
export const skipped = absent ? ` (skipped: no ${ONESHOT_CHROMIUM}; set ONESHOT_CHROMIUM)` : '';

export const WIDTHS = [1280, 390] as const;
export const THEMES = ['light', 'dark'] as const;

/** @param elsewhere - host names that resolve to this machine, as an attacker's would */
export function launch(elsewhere: readonly string[] = []): Promise<Browser> {
  const rules = elsewhere.map((name) => `MAP ${name} 127.0.0.1`).join(',');
  return chromium.launch({
    executablePath: ONESHOT_CHROMIUM,
    args: ['--no-sandbox', ...(rules ? [`--host-resolver-rules=${rules}`] : [])],
  });
}

/** A page, and everything that it should not have done. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, uncaught ones, dialogs, and requests to other hosts. */
  readonly complaints: string[];
}

export async function watch(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error}`));
  page.on('dialog', async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`request: ${request.url()}`);
  });
  return { page, context, complaints };
}

/** Rules that a theme can break. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/** What axe-core finds against a page, a line each: all its rules in the first theme, those of colour in the others. */
export async function violations(
  page: Page,
  themes: readonly (typeof THEMES)[number][] = [],
): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const [first, ...others] = themes;
  if (first) await page.emulateMedia({ colorScheme: first });
  const found = [...(await run(page, {}))];
  for (const theme of others) {
    await page.emulateMedia({ colorScheme: theme });
    found.push(...(await run(page, { runOnly: OF_COLOUR })));
  }
  return found;
}

async function run(page: Page, options: axe.RunOptions): Promise<readonly string[]> {
  const asked = `axe.run(document, ${JSON.stringify(options)})`;
  const found = (await page.evaluate(asked)) as axe.AxeResults; // what axe gives back
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** Whether a page is wider than its window. */
export function isWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}
