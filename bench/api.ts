/**
 * The reading routes of `oneshot serve` over made-up evaluations: how many requests a second 64 clients get answered that
 * ask again at once, how long requests take that come 200 a second, and whether memory stays as it is while 10^5 samples
 * are paged through. Clients and server share the machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { closedLoad, type Met, openLoad } from './api/load.ts';
import type { BenchResult } from './bench-result.ts';
import { quantile } from './quantile.ts';
import type { Asked } from './served/ask.ts';
import { fillEvaluation, type Shape, SIX_SETS } from './served/fill-evaluation.ts';
import { Server } from './served/server.ts';

const CLIENTS = 64;
const SECONDS = Number(process.env['ONESHOT_BENCH_SECONDS'] ?? 10);
const MEMORY_SECONDS = 3 * SECONDS;
const OPEN_RATE = 200;
const MANY: Shape = {
  sets: [{ name: 'many', problems: 12_500, samples: 8 }],
  shardItems: 100,
  letters: 1000,
};
/** Of memory: what the last third of the time may have more than the first. */
const MOST_GROWTH = 1.1;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-api-'));
  try {
    const store = new FolderStore(join(home, 'store'));
    const [one, two] = [
      await fillEvaluation(store, 'a'.repeat(26), SIX_SETS, 1),
      await fillEvaluation(store, 'b'.repeat(26), SIX_SETS, 2),
    ];
    const many = await fillEvaluation(store, 'c'.repeat(26), MANY, 3);
    const server = await Server.start(home, CLIENTS);
    try {
      return await measure(server, { one, two, many });
    } finally {
      await server.end();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

interface Evaluations {
  readonly one: string;
  readonly two: string;
  /** With 10^5 samples. */
  readonly many: string;
}

async function measure(server: Server, { one, two, many }: Evaluations): Promise<Omit<BenchResult, 'bench'>> {
  const path = `/v1/evaluations/${one}`;
  const [samples, compare] = [
    server.asked(`${path}/samples?limit=20`),
    server.asked(`${path}/compare/${two}`),
  ];
  await server.once('/v1/evaluations'); // whoever filters or compares has looked at the list
  const filtered = await timed(() => server.once(`${path}/samples?verdict=incorrect&q=hence`));
  const firstCompare = await timed(() =>
    Promise.all(Array.from({ length: CLIENTS }, () => server.ask(compare))),
  );
  const status = server.asked(path);
  const unchanged: Asked = { ...status, headers: { ...status.headers, 'if-none-match': '*' }, status: 304 };
  const closed = async (asked: Asked) => {
    const before = await server.cpuSeconds();
    const load = await closedLoad(CLIENTS, SECONDS, () => asked);
    return { ...load, cpuMs: (1000 * ((await server.cpuSeconds()) - before)) / load.tookMs.length };
  };
  const open = (asked: Asked) => openLoad(OPEN_RATE, SECONDS, () => asked);
  const met = {
    health: await closed(server.asked('/healthz')), // how fast this machine is for the moment
    unchanged: await closed(unchanged),
    status: await closed(status),
    samples: await closed(samples),
    compare: await closed(compare),
    openStatus: await open(status),
    openSamples: await open(samples),
  };
  const memory = await memoryWhilePaging(server, many);
  const metrics = {
    ...{ 'filter/first_ms': filtered, 'compare/first_ms': firstCompare, ...memory },
    ...Object.assign({}, ...Object.entries(met).map(([name, each]) => figures(name, each))),
  };
  const atLeast = (what: string, value: number, target: number) => ({
    what,
    value,
    target,
    met: value >= target,
  });
  const below = (what: string, value: number, target: number) => ({
    what,
    value,
    target,
    met: value < target,
  });
  return {
    metrics,
    targets: [
      atLeast('status unchanged, requests/s', met.unchanged.perSecond, 3000),
      atLeast('status, requests/s', met.status.perSecond, 1000),
      atLeast('20 samples, requests/s', met.samples.perSecond, 600),
      atLeast('comparison remembered, requests/s', met.compare.perSecond, 500),
      below('comparison the first time, 64 clients, ms', firstCompare, 250),
      below('2,247 samples filtered the first time, ms', filtered, 300),
      below('p99 of status at 200/s, ms', quantile(met.openStatus.tookMs, 0.99), 20),
      below('p99 of 20 samples at 200/s, ms', quantile(met.openSamples.tookMs, 0.99), 20),
      below('growth of memory over 10^5 samples', memory['memory/growth'], MOST_GROWTH),
    ],
  };
}

function figures(
  name: string,
  { perSecond, tookMs, cpuMs }: Met & { readonly cpuMs?: number },
): Record<string, number> {
  return {
    ...(cpuMs !== undefined && { [`${name}/cpu_ms`]: cpuMs }),
    [`${name}/per_second`]: perSecond,
    [`${name}/p50_ms`]: quantile(tookMs, 0.5),
    [`${name}/p99_ms`]: quantile(tookMs, 0.99),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Resident memory while clients page through 10^5 samples, each from a place of its own. */
async function memoryWhilePaging(server: Server, many: string) {
  const shards = (12_500 * 8) / MANY.shardItems;
  let turn = 0;
  const next = () => {
    const shard = (turn++ * 37) % shards;
    return server.asked(`/v1/evaluations/${many}/samples?limit=20&cursor=${shard}.0`);
  };
  const seen: number[] = [];
  const load = closedLoad(CLIENTS, MEMORY_SECONDS, next);
  for (let second = 0; second < MEMORY_SECONDS; second++) {
    await sleep(1000);
    seen.push(await server.residentBytes());
  }
  const { perSecond } = await load;
  const third = Math.ceil(seen.length / 3);
  // The first third fills what is held, and the collector's heap.
  const [middle, last] = [Math.max(...seen.slice(third, 2 * third)), Math.max(...seen.slice(2 * third))];
  return {
    'memory/per_second': perSecond,
    'memory/most_bytes': Math.max(...seen),
    'memory/growth': last / middle,
  };
}
