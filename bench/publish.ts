/**
 * What handing a policy of 135 million parameters to a sampler on the same machine takes, against a copy of its bytes from
 * file to file in the same folder of memory. Needs the engine's environment.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { venvPython } from '#cli/bootstrap/venv-folder.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { ISOLATED } from '#shared/isolated-python.ts';
import type { BenchResult } from './bench-result.ts';

/** Weights are read once and written once, as by a copy; in bf16 twice as much is read as is written. */
const TARGET = 1.3;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const script = join(packageRoot, 'bench/publish/time_publication.py');
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const args = [ISOLATED, script, join(packageRoot, 'trainer/engine'), place];
  const text = execFileSync(venvPython(process.env), args, { encoding: 'utf8' });
  const seconds = JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, number>; // as the script prints them
  const targets = ['fp32', 'bf16'].map((dtype) => {
    const value = (seconds[`publish ${dtype}`] ?? Number.NaN) / (seconds[`copy ${dtype}`] ?? Number.NaN);
    return { what: `publication in ${dtype} / copy`, value, target: TARGET, met: value < TARGET };
  });
  return { metrics: seconds, targets };
}
