/** How long `oneshot --help`, and an error of usage, take in a clone and in the package. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import { bundle } from '#scripts/bundle.ts';
import type { BenchResult } from './bench-result.ts';
import { median } from './quantile.ts';

const TURNS = 10;
/** Nobody notices a start that takes less. */
const TARGET_MS = 150;
const MISTAKE = ['train', '--steps', 'none'];

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const cache = join(packageRoot, 'node_modules/.cache'); // a bundle in here finds its packages
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'startup-'));
  try {
    await bundle(folder);
    const [clone, built] = [join(packageRoot, 'bin/oneshot.js'), join(folder, 'cli.js')];
    const ms = medians({
      node: ['-e', '0'],
      'clone --help': [clone, '--help'],
      'clone error': [clone, ...MISTAKE],
      'package --help': [built, '--help'],
      'package error': [built, ...MISTAKE],
    });
    const targets = Object.entries(ms)
      .filter(([what]) => what !== 'node')
      .map(([what, value]) => ({ what: `${what}, ms`, value, target: TARGET_MS, met: value < TARGET_MS }));
    return { metrics: ms, targets };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Median milliseconds of each command line under this Node, in turns, after one start of each that does not count. */
function medians(commands: Readonly<Record<string, readonly string[]>>): Record<string, number> {
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, args] of Object.entries(commands)) {
      const startedAt = performance.now();
      spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (turn > 0) times.get(name)?.push(performance.now() - startedAt);
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, Math.round(median(values))]));
}
