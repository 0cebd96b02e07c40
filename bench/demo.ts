/** Where the time and memory of `oneshot demo` go, from the telemetry of a run in a fresh workspace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { ShardTelemetry, StepTelemetry } from '#shared/messages.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { Run } from '#trainer/settings/config.ts';
import type { BenchResult } from './bench-result.ts';

const MEMORY_POLL_MS = 500;
/** The demo promises to be over in three minutes on two cores. */
const DEMO_SECONDS = 180;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-bench-'));
  try {
    const { seconds, peakRssBytes } = await runDemo(home);
    const store = new FolderStore(join(home, 'store'));
    const phases = await phaseSeconds(store);
    const { tokens, checkpoints } = await workDone(store, home);
    const metrics = {
      'demo/seconds': seconds,
      ...Object.fromEntries(Object.entries(phases).map(([phase, spent]) => [`${phase}/seconds`, spent])),
      'rollout/tokens_per_second': tokens / (phases['rollout'] ?? Number.NaN),
      'checkpoint/stall_seconds': (phases['checkpoint'] ?? 0) / checkpoints,
      'memory/peak_rss_bytes': peakRssBytes,
    };
    const value = seconds / DEMO_SECONDS;
    return { metrics, targets: [{ what: 'demo seconds / 180', value, target: 1, met: value <= 1 }] };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function runDemo(home: string): Promise<{ readonly seconds: number; readonly peakRssBytes: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(packageRoot, 'cli/main.ts'), 'demo', '--home', home], {
    stdio: 'inherit',
  });
  let peakRssBytes = 0;
  const watch = setInterval(() => {
    peakRssBytes = Math.max(peakRssBytes, treeRss(child.pid ?? 0));
  }, MEMORY_POLL_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`the demo ended with ${code}`);
  return { seconds: (performance.now() - start) / 1000, peakRssBytes };
}

/** Resident bytes of a process and all below it; shared pages count once per process. Linux only. */
function treeRss(root: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(processes.map((pid) => [Number(pid), field(pid, 'PPid')]));
  const below = (pid: number): boolean =>
    pid === root || (parents.has(pid) && below(parents.get(pid) as number));
  return processes
    .filter((pid) => below(Number(pid)))
    .reduce((sum, pid) => sum + field(pid, 'VmRSS') * 1024, 0);
}

function field(pid: string, name: string): number {
  try {
    return Number(
      new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
    );
  } catch {
    return 0; // it has ended since
  }
}

async function phaseSeconds(store: ObjectStore): Promise<Record<string, number>> {
  const total: Record<string, number> = {};
  const add = (phase: string, seconds: number) => {
    total[phase] = (total[phase] ?? 0) + seconds;
  };
  for (const key of await store.list(keys.stepTelemetries)) {
    const { seconds } = await readObject(store, key, StepTelemetry);
    for (const [phase, spent] of Object.entries(seconds)) add(phase, spent);
  }
  for (const key of await store.list(keys.shardTelemetries)) {
    add('evaluation', (await readObject(store, key, ShardTelemetry)).seconds);
  }
  return total;
}

async function workDone(
  store: ObjectStore,
  home: string,
): Promise<{ readonly tokens: number; readonly checkpoints: number }> {
  let [tokens, checkpoints] = [0, 0];
  for (const run of await readdir(join(home, 'store/runs'))) {
    const { config } = await readObject(store, keys.run(run), Run);
    const line = await readCheckpointLine(store, run);
    checkpoints += line.length - 1; // step 0 is the base itself
    for (const { metrics } of line.flatMap(({ checkpoint }) => checkpoint.steps)) {
      tokens += (readMetric(metrics, 'completion/length_mean') ?? 0) * config.prompts * config.samples;
    }
  }
  return { tokens, checkpoints };
}
