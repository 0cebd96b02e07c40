import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunPlan } from '#cli/plan/run-plan.ts';
import { machineWith } from '../cli/machine/machines.ts';
import { writeShapes } from '../cli/plan/shapes.ts';
import { oneshot } from './oneshot.ts';

const GIB = 2 ** 30;

describe('oneshot train --dry-run', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-plan-'));
    await writeShapes(folder);
    for (const [name, machine] of [
      ['1x24', machineWith(1, 24)],
      ['1x80', machineWith(1)],
      ['8x80', machineWith(8)],
    ] as const)
      await writeFile(join(folder, `${name}.json`), JSON.stringify(machine));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function plan(size: string, machine: string, ...options: readonly string[]) {
    const home = join(folder, 'home');
    const args = ['train', 'pi1', '--model', join(folder, size), '--dry-run', '--json', '--home', home];
    const env = { ...process.env, ONESHOT_MACHINE: join(folder, `${machine}.json`) };
    const { code, lines, error, stderr } = await oneshot([...args, ...options], () => {}, env);
    expect(stderr).toBe('');
    expect(existsSync(home)).toBe(false);
    return { code, error, plan: lines[0] as unknown as RunPlan }; // as the command prints it
  }

  it('plans 1.5B on one GPU of 80 GB, and says where each setting comes from', async () => {
    const { code, plan: made } = await plan('1.5B', '1x80', '--steps', '40');
    expect(code).toBe(0);
    const said = Object.fromEntries(made.settings.map(({ name, value, source }) => [name, [value, source]]));
    expect(said).toMatchObject({
      steps: ['40', 'command'],
      'reward.mode': ['paper-train', 'recipe'],
      samples: ['8', 'default'],
      'engine.device': ['cuda', 'auto: NVIDIA H100 80GB HBM3 is here'],
      'engine.precision': ['bf16', 'auto: the GPU has compute capability 9.0'],
      'engine.threads': ['15', 'auto: 16 cores, 1 for evaluations'],
      'sampler.kind': ['engine', 'auto: no vLLM is found'],
      'evaluation.generator': ['onnx', 'auto: no vLLM is found'],
    });
    expect(made.memory?.atOnceBytes).toBeLessThan(80e9);
    expect((made.memory?.parts[0]?.bytes ?? 0) / GIB).toBeCloseTo(5.75, 2);
    const weights = made.disk?.parts[0]?.bytes ?? 0;
    expect(weights).toBe(3 * 4 * 1_543_714_304);
  });

  it('ends with what would help where it does not fit, and shows the plan all the same', async () => {
    const { code, error, plan: made } = await plan('7B', '8x80');
    expect([code, error?.code]).toEqual([1, 'does-not-fit']);
    expect(error?.message).toContain(
      '--set engine.gradientCheckpointing=true --set engine.ranks=4 --sampler vllm',
    );
    expect(made.memory?.shortages).not.toEqual([]);
  });

  it('refuses in a real run as well, before anything is fetched or stored', async () => {
    const home = join(folder, 'refused');
    const env = { ...process.env, ONESHOT_MACHINE: join(folder, '1x24.json') };
    const args = ['train', 'pi1', '--model', join(folder, '7B'), '--home', home, '--json'];
    const { code, error } = await oneshot(args, () => {}, env);
    expect([code, error?.code]).toEqual([1, 'does-not-fit']);
    expect(existsSync(join(home, 'store', 'blobs'))).toBe(false);
  });

  it('prints a plan to read', () => {
    const { code, text } = planText(['train', 'micro-pi1', '--dry-run', '--home', join(folder, 'home')]);
    expect(code).toBe(0);
    expect(text).toContain('Nothing was fetched, stored or started.');
    expect(text).toMatch(/engine\.threads +1 +recipe/);
    expect(text).toMatch(/micro-aime24 +240 completions/);
    expect(text).toContain('no figure was measured');
  });

  function planText(args: readonly string[]) {
    const env = { ...process.env, ONESHOT_MACHINE: join(folder, '1x80.json') };
    const { status, stdout } = spawnSync(process.execPath, ['cli/main.ts', ...args], {
      encoding: 'utf8',
      env,
    });
    return { code: status, text: stdout };
  }
});
