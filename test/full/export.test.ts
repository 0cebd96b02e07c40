import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CurveRow } from '#cli/export/run-curves.ts';
import { writeTensorboard } from '#cli/export/write-tensorboard.ts';
import { writeWandb } from '#cli/export/write-wandb.ts';
import { ensureVenv } from '#scripts/emulator/python-venv.ts';

/** Enough rows for several blocks of W&B's files. */
const rows: readonly CurveRow[] = Array.from({ length: 300 }, (_, step) => ({
  step,
  atMs: 1_700_000_000_000 + 500 * step,
  values: {
    ...(step > 0 && { 'reward/mean': step / 512, 'policy/entropy': 0.25 }),
    ...(step % 20 === 0 && { 'eval/reward/math500/accuracy': 0.5, 'eval/reward/average/accuracy': 0.75 }),
  },
}));
const curves = { config: { recipe: 'micro-pi1', optim: { learningRate: 1e-6 } }, rows };
const tags = [
  'reward/mean',
  'policy/entropy',
  'eval/reward/math500/accuracy',
  'eval/reward/average/accuracy',
];

const venv = await ensureVenv('export', ['tensorboard==2.21.0', 'wandb==0.31.0']);
if (venv.kind === 'missing') process.stderr.write(`Tests of exports are skipped: ${venv.reason}\n`);

describe.skipIf(venv.kind === 'missing')('exported curves', () => {
  const python = venv.kind === 'ready' ? join(venv.bin, 'python') : '';
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-export-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are what TensorBoard reads', async () => {
    const path = await writeTensorboard(folder, 'r', curves);
    expect(readBack('tensorboard', dirname(path))).toEqual(expected());
  });

  it('are what an offline run of W&B holds', async () => {
    const path = await writeWandb(folder, 'r', curves, python);
    expect(path).toMatch(/wandb\/offline-run-.*-r$/);
    expect(readBack('wandb', path)).toEqual(expected());
  });

  function readBack(tool: string, path: string): unknown {
    const script = join(import.meta.dirname, 'read_exports.py');
    const printed = execFileSync(python, [script, tool, path], { encoding: 'utf8', stdio: 'pipe' });
    return JSON.parse(printed);
  }
});

/** All values are exact in fp32. */
function expected(): Record<string, number[][]> {
  return Object.fromEntries(
    tags.map((tag) => [
      tag,
      rows.flatMap(({ step, atMs, values }) => {
        const value = (values as Record<string, number>)[tag];
        return value === undefined ? [] : [[step, atMs / 1000, value]];
      }),
    ]),
  );
}
