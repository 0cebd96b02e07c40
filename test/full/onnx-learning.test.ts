import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { atStep, evaluatedTrajectory } from '../e2e/killed-run.ts';
import { averages, expectations } from '../e2e/learning.ts';
import type { Line } from '../e2e/oneshot.ts';

const { recipe, base, holds } = expectations[0];
const STEPS = 60;
/** Nats, as k3 = d²/2: far below what weights of the step before give, 4e-6 at a learning rate of 1e-6. */
const MISMATCH = 1e-9;

const folder = mkdtempSync(join(tmpdir(), 'oneshot-onnx-learning-'));
const published = join(folder, 'published');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How a command of its own process group is ended once it has taken a step. */
interface Blow {
  readonly step: number;
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** All processes of the terminal's command, or its driver alone. */
  readonly victim: 'group' | 'driver';
}

async function train(home: string, blow?: Blow) {
  const model = join(packageRoot, 'trainer/microcosm/bases', base);
  const args = [
    'train',
    recipe,
    '--sampler',
    'onnx',
    '--model',
    model,
    '--seed',
    '1',
    '--home',
    join(folder, home),
  ];
  const child = spawn(
    process.execPath,
    [join(packageRoot, 'cli/main.ts'), ...args, '--checkpoint-every', '20', '--wait', '--json'],
    { env: { ...process.env, ONESHOT_PUBLISH: published }, detached: true },
  );
  const lines: Line[] = [];
  let driver = 0;
  createInterface({ input: child.stdout }).on('line', (json) => {
    const line = JSON.parse(json) as Line;
    lines.push(line);
    if (line['event'] === 'process' && line['name'] === 'driver') driver = Number(line['pid']);
    if (blow && atStep(blow.step)(line))
      process.kill(blow.victim === 'group' ? -(child.pid as number) : driver, blow.signal);
  });
  const stderr = text(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines, stderr: await stderr };
}

/** The driver ends some time after its command. */
async function expectNoWeights(): Promise<void> {
  await expect.poll(() => readdir(published), { timeout: 60_000 }).toEqual([]);
}

describe('a whole run whose completions our decoder draws', () => {
  it('learns from one example, with importance ratios of 1 in every step', async () => {
    const { code, stderr, lines } = await train('untouched');
    expect([code, stderr]).toEqual([0, '']);
    const { before, after } = averages(lines);
    const steps = lines.filter(({ event }) => event === 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
    const mismatches = steps.map(({ metrics }) => Number((metrics as Line)['policy/mismatch_kl']));
    process.stderr.write(
      `${recipe}, onnx: ${before.toFixed(1)} → ${after.toFixed(1)}, mismatch_kl at most ${Math.max(...mismatches)}\n`,
    );
    expect(holds(before, after), `${before} → ${after}`).toBe(true);
    for (const mismatch of mismatches) expect(mismatch).toBeLessThan(MISMATCH);
    expect(await readdir(published)).toEqual([]);
  });

  it('reaches the same numbers where Ctrl-C, SIGTERM and a kill end it on the way, and leaves no weights behind', async () => {
    const interrupted = await train('ended', { step: 8, signal: 'SIGINT', victim: 'group' });
    expect([interrupted.code, interrupted.lines.at(-1)]).toMatchObject([
      130,
      { error: { code: 'interrupted' } },
    ]);
    await expectNoWeights();
    const told = await train('ended', { step: 27, signal: 'SIGTERM', victim: 'group' });
    expect([told.code, told.lines.at(-1)]).toMatchObject([143, { error: { code: 'terminated' } }]);
    await expectNoWeights();
    const killed = await train('ended', { step: 45, signal: 'SIGKILL', victim: 'driver' });
    expect([killed.code, killed.lines.at(-1)]).toMatchObject([1, { error: { code: 'driver-died' } }]);
    expect(await readdir(published)).toHaveLength(1);
    expect(await train('ended')).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(published)).toEqual([]);
    expect(await evaluatedTrajectory(join(folder, 'ended'))).toEqual(
      await evaluatedTrajectory(join(folder, 'untouched')),
    );
  });
});
