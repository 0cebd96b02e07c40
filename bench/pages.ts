/**
 * The pages of `oneshot serve` over a made-up run of 100 checkpoints of 2,247 completions each: how long each takes the first
 * time and after that, one browser at a time, how many bytes it is as it is sent, and how soon a slow computer shows it.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { assets } from '#functions/dashboard/assets/assets.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import type { BenchResult } from './bench-result.ts';
import { median, quantile } from './quantile.ts';
import { SIX_SETS } from './served/fill-evaluation.ts';
import { fillRun } from './served/fill-run.ts';
import { Server } from './served/server.ts';

const RUN = 'long';
const CHECKPOINTS = 100;
const STEPS_BETWEEN = 20;
const TIMES = Number(process.env['ONESHOT_BENCH_TIMES'] ?? 100);
const { ONESHOT_CHROMIUM = '/usr/bin/chromium' } = process.env;
/** How much slower than this machine the browser's is. */
const SLOWER = 4;
const PAINTS = 5;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-pages-'));
  try {
    const store = new FolderStore(join(home, 'store'));
    const evaluation = { ...SIX_SETS, letters: 1000 };
    const shape = { checkpoints: CHECKPOINTS, stepsBetween: STEPS_BETWEEN, journalled: 60, evaluation };
    const evaluations = await fillRun(store, RUN, shape);
    const pages = addresses(evaluations[0] ?? '', evaluations.at(-1) ?? '');
    const met: Met[] = [];
    for (const [name, path] of Object.entries(pages)) met.push(await measure(home, name, path));
    const paints = existsSync(ONESHOT_CHROMIUM) ? await firstPaints(home, pages) : {};
    return toResult(met, paints);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Every kind of page by name. */
function addresses(first: string, last: string): Readonly<Record<string, string>> {
  return {
    runs: '/',
    run: `/runs/${RUN}`,
    step: `/runs/${RUN}/steps/30`,
    evaluations: '/evaluations',
    evaluation: `/evaluations/${last}`,
    samples: `/evaluations/${last}/samples?verdict=incorrect`,
    sample: `/evaluations/${last}/samples/math500/7/0`,
    compare: `/compare?a=${first}&b=${last}`,
    audit: `/audit?run=${RUN}`,
    operations: '/operations',
    paper: '/recipes/pi1/paper',
  };
}

interface Met {
  readonly name: string;
  /** Until the server says where it is, milliseconds. */
  readonly startMs: number;
  /** Of a server that has answered nothing else, milliseconds. */
  readonly coldMs: number;
  readonly tookMs: readonly number[];
  /** With style and script, gzip. */
  readonly bytes: number;
}

async function measure(home: string, name: string, path: string): Promise<Met> {
  const start = performance.now();
  const server = await Server.start(home, 1);
  const startMs = performance.now() - start;
  try {
    const get = async () => {
      const asked = performance.now();
      const text = await server.page(path);
      return { ms: performance.now() - asked, text };
    };
    const { ms: coldMs, text } = await get();
    for (let i = 0; i < TIMES / 5; i++) await get(); // compiles what is hot
    const tookMs: number[] = [];
    for (let i = 0; i < TIMES; i++) tookMs.push((await get()).ms);
    const sent = [text, assets.style.text, assets.script.text].map((each) => gzipSync(each).length);
    return { name, startMs, coldMs, tookMs, bytes: sent.reduce((total, size) => total + size, 0) };
  } finally {
    await server.end();
  }
}

/** Seconds until the browser of a slow computer shows something of each page, the median of several. */
async function firstPaints(home: string, pages: Readonly<Record<string, string>>) {
  const server = await Server.start(home, 1);
  const browser = await chromium.launch({ executablePath: ONESHOT_CHROMIUM, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.link);
    await page.waitForURL(server.url('/'));
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const found: Record<string, number> = {};
    for (const [name, path] of Object.entries(pages)) {
      const seen: number[] = [];
      for (let i = 0; i < PAINTS; i++) {
        await page.goto(server.url(path));
        seen.push(
          await page.evaluate(
            `new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000)).observe({ type: 'paint', buffered: true }))`,
          ),
        );
      }
      found[name] = median(seen);
    }
    return found;
  } finally {
    await browser.close();
    await server.end();
  }
}

function toResult(met: readonly Met[], paints: Readonly<Record<string, number>>): Omit<BenchResult, 'bench'> {
  const metrics: Record<string, number> = { start_ms: median(met.map(({ startMs }) => startMs)) };
  const targets: BenchResult['targets'][number][] = [];
  const atMost = (what: string, value: number, target: number) =>
    targets.push({ what, value, target, met: value <= target });
  for (const { name, coldMs, tookMs, bytes } of met) {
    const p99 = quantile(tookMs, 0.99);
    Object.assign(metrics, {
      [`${name}/cold_ms`]: coldMs,
      [`${name}/p50_ms`]: quantile(tookMs, 0.5),
      [`${name}/p99_ms`]: p99,
      [`${name}/bytes`]: bytes,
    });
    atMost(`${name}: p99, ms`, p99, name === 'sample' ? 20 : 50);
    atMost(`${name}: cold, ms`, coldMs, 150);
    atMost(`${name}: bytes, gzip`, bytes, name === 'run' ? 60_000 : 300_000);
  }
  for (const [name, seconds] of Object.entries(paints)) {
    metrics[`${name}/first_paint_seconds`] = seconds;
    atMost(`${name}: first paint at a ${SLOWER}th of the speed, s`, seconds, 1);
  }
  return { metrics, targets };
}
