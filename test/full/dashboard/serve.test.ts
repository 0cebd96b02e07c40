import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { oneshot } from '../../e2e/oneshot.ts';
import { absent, isWide, launch, skipped, violations, watch } from './browsing.ts';

const ELSEWHERE = 'attacker.example';
const TRAINING = [
  '--steps',
  '12',
  '--prompts',
  '4',
  '--checkpoint-every',
  '3',
  '--eval-limit',
  '6',
  '--max-tokens',
  '32',
];
const CHECKPOINTS = 5;
/** Of a page as it is sent, its style and script included. */
const MOST_BYTES = 60_000;

describe.skipIf(absent)(`oneshot serve in a browser${skipped}`, () => {
  let home: string;
  let server: ChildProcess;
  let url: string;
  let link: string;
  let browser: Browser;
  let attacker: Server;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'oneshot-pages-'));
    for (const recipe of ['micro-pi1', 'micro-format']) {
      const { code, stderr } = await oneshot([
        'train',
        recipe,
        '--home',
        home,
        '--json',
        '--wait',
        ...TRAINING,
      ]);
      expect([code, stderr]).toEqual([0, '']);
    }
    server = spawn(
      process.execPath,
      [join(packageRoot, 'cli/main.ts'), 'serve', '--json', '--port', '0', '--home', home],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (!server.stdout) throw new Error('no output');
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    ({ url, pages: link } = JSON.parse(line) as { url: string; pages: string });
    attacker = createServer((_, answer) =>
      answer.setHeader('content-type', 'text/html').end('<!doctype html><p>a page'),
    );
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
    browser = await launch([ELSEWHERE]);
  });
  afterAll(async () => {
    await browser?.close();
    attacker?.close();
    server?.kill('SIGTERM');
    if (server) await once(server, 'exit');
    await rm(home, { recursive: true, force: true });
  });

  it('signs in by the link it prints, once, and leaves no trace of it in the address', async () => {
    const { page, context, complaints } = await watch(browser, url);
    await page.goto(link);
    await page.waitForURL(`${url}/`);
    await page.waitForSelector('.runs');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(link).not.toContain(cookie?.value);
    expect(complaints).toEqual([]);
    const other = await watch(browser, url);
    const again = await other.page.goto(link);
    expect(again?.status()).toBe(401);
    await other.context.close();
    await context.storageState({ path: join(home, 'signed-in.json') });
    await context.close();
  });

  const signedIn = () => watch(browser, url, { storageState: join(home, 'signed-in.json') });

  it('shows a run as it was trained: a point for each checkpoint, a bar for each step, the control beside it', async () => {
    const { page, context, complaints } = await signedIn();
    await page.goto(`${url}/?recipe=micro-pi1`);
    await page.click('.runs tbody th a');
    await page.waitForSelector('#scores');
    const dots = await page.getAttribute('#scores figure:first-child .d0', 'd');
    expect(dots?.match(/M/g)).toHaveLength(CHECKPOINTS);
    expect(await page.locator('.strip .done').count()).toBe(CHECKPOINTS);
    expect(await page.locator('.bars a').count()).toBe(12);
    expect(await page.locator('#scores figure').count()).toBe(7);
    expect(await page.locator('#scores figure:first-child .l1').count()).toBe(1);
    expect(await page.textContent('#about .problem')).not.toBe('');
    expect(await violations(page)).toEqual([]);
    expect(await isWide(page)).toBe(false);
    expect(complaints).toEqual([]);
    const own =
      '[...document.querySelectorAll("script[src],link[rel=stylesheet]")].map((each) => each.src || each.href)';
    const parts = [page.url(), ...((await page.evaluate(own)) as string[])]; // addresses
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const bodies = await Promise.all(
      parts.map(async (part) => (await fetch(part, { headers: { cookie, accept: 'text/html' } })).text()),
    );
    expect(bodies.reduce((size, body) => size + gzipSync(body).length, 0)).toBeLessThan(MOST_BYTES);
    await context.close();
  });

  it('shows a step as it was sampled', async () => {
    const { page, context, complaints } = await signedIn();
    await page.goto(`${url}/?recipe=micro-pi1`);
    await page.click('.runs tbody th a');
    await page.click('.bars a >> nth=2');
    await page.waitForSelector('#groups');
    expect(await page.locator('.grid a').count()).toBe(4);
    expect(await page.locator('.grid i').count()).toBe(32);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is no part of another site, whatever name that site takes', async () => {
    const { context } = await signedIn();
    const page = await context.newPage();
    const rebound = await page.goto(url.replace('127.0.0.1', ELSEWHERE));
    expect(rebound?.status()).toBe(421);
    const foreign = `http://${ELSEWHERE}:${(attacker.address() as AddressInfo).port}/`; // it listens on a port
    await page.goto(foreign);
    expect(
      await page.evaluate(
        `fetch(${JSON.stringify(`${url}/`)}, { credentials: 'include' }).then(() => 'read', () => 'refused')`,
      ),
    ).toBe('refused');
    const [posted] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/sign-out')),
      page.evaluate(
        `{ const form = document.createElement('form'); form.method = 'post'; form.action = ${JSON.stringify(`${url}/sign-out`)}; document.body.append(form); form.submit(); }`,
      ),
    ]);
    expect(posted.status()).toBe(403);
    await page.goto(foreign);
    await page.evaluate(
      `{ const frame = document.createElement('iframe'); frame.src = ${JSON.stringify(url)}; document.body.append(frame); }`,
    );
    await page.waitForTimeout(500);
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await framed?.evaluate('document.body.textContent').catch(() => 'blocked')).not.toContain(
      'micro-pi1',
    );
    await page.goto(`${url}/`);
    expect(await page.locator('.runs').count()).toBeGreaterThan(0); // still signed in
    await context.close();
  });
});
