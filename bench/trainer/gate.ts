import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ours } from './ours.ts';
import type { Trl } from './trl.ts';
import type { Workload } from './workloads.ts';

/** Both compute in fp32, in another order. */
const LARGEST_LOSS_ERROR = 1e-4;
const LARGEST_NORM_ERROR = 1e-3;

/** Differences of loss, absolute, and gradient norm, relative, on the same completions. */
export interface Gate {
  readonly lossError: number;
  readonly normError: number;
}

/** @throws {Error} when both do not compute the same: then there is nothing to race */
export async function passGate(model: string, workload: Workload, trl: Trl, ours: Ours): Promise<Gate> {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-gate-'));
  try {
    const file = join(folder, 'dump.json');
    await trl.dump(model, workload, file);
    const theirs = JSON.parse(readFileSync(file, 'utf8')) as { loss: number; grad_norm: number };
    const { loss, gradNorm } = await ours.update(model, workload, file);
    const lossError = Math.abs(loss - theirs.loss);
    const normError = Math.abs(gradNorm / theirs.grad_norm - 1);
    if (lossError <= LARGEST_LOSS_ERROR && normError <= LARGEST_NORM_ERROR) return { lossError, normError };
    const [said, meant] = [`loss ${loss}, norm ${gradNorm}`, `loss ${theirs.loss}, norm ${theirs.grad_norm}`];
    throw new Error(`${workload.name}: the race is void, for we compute ${said}, and TRL ${meant}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
