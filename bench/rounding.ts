/**
 * Processor time of rounding a model of Qwen2.5-1.5B's shape, with random weights in bf16, to 8 and to 4 bits, each in a process of its
 * own. `ONESHOT_BENCH_LAYERS` takes fewer than 28. With `ONESHOT_BENCH_BEFORE`, a checkout of an earlier version with its packages, that
 * one rounds in turns with this, and both have to give the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import type { Quantised } from '#shared/inference/quantise/rounding.ts';
import type { BenchResult } from './bench-result.ts';
import type { RoundingTime } from './rounding/round.ts';
import { writeBf16Model } from './rounding/write-bf16-model.ts';

const LAYERS = Number(process.env['ONESHOT_BENCH_LAYERS'] ?? 28);
const BEFORE = process.env['ONESHOT_BENCH_BEFORE'];
const TARGET = 5;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-rounding-'));
  try {
    await writeBf16Model(folder, LAYERS);
    const metrics: Record<string, number> = { layers: LAYERS };
    const targets: BenchResult['targets'][number][] = [];
    for (const precision of ['int8', 'int4'] as const) {
      const before = BEFORE === undefined ? undefined : round(BEFORE, folder, precision);
      const now = round(packageRoot, folder, precision);
      metrics[`${precision}/cpu_seconds`] = now.cpuSeconds;
      metrics[`${precision}/wall_seconds`] = now.wallSeconds;
      metrics[`${precision}/peak_mb`] = now.peakMb;
      if (!before) continue;
      if (before.sha256 !== now.sha256) throw new Error(`${precision}: ${BEFORE} rounds to other bytes`);
      metrics[`${precision}/cpu_seconds_before`] = before.cpuSeconds;
      metrics[`${precision}/peak_mb_before`] = before.peakMb;
      const value = before.cpuSeconds / now.cpuSeconds;
      targets.push({ what: `${precision}: before / now`, value, target: TARGET, met: value >= TARGET });
    }
    return { metrics, targets };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function round(root: string, folder: string, precision: Quantised): RoundingTime {
  const program = join(import.meta.dirname, 'rounding/round.ts');
  const text = execFileSync(process.execPath, [program, root, folder, precision], { encoding: 'utf8' });
  return JSON.parse(text) as RoundingTime; // as round.ts prints it
}
