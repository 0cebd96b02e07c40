import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineWith } from '../cli/machine/machines.ts';
import { oneshot } from './oneshot.ts';

describe('oneshot doctor', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-doctor-'));
    const file = join(folder, 'machine.json');
    await writeFile(file, JSON.stringify(machineWith(8, 80, { torch: { version: '2.13.0', cuda: true } })));
    const nowhere = { ONESHOT_VENV: join(folder, 'venv'), ONESHOT_DATA: join(folder, 'data') };
    env = { ...process.env, ...nowhere, ONESHOT_MACHINE: file, ONESHOT_HOME: join(folder, 'home') };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('says of each size what can be done, and of what is missing the command that brings it', async () => {
    const { code, lines } = await oneshot(['doctor', '--json'], () => {}, env);
    expect(code).toBe(0);
    expect(lines.find(({ what }) => what === 'machine')?.['detail']).toBe(
      '128 cores, 2.0 TiB memory, 8 × NVIDIA H100 80GB HBM3 (79.6 GiB)',
    );
    const outlooks = lines.filter(({ event }) => event === 'outlook');
    expect(outlooks.map(({ size }) => size)).toEqual(['0.5B', '1.5B', '3B', '7B']);
    expect(outlooks[1]).toMatchObject({
      parameters: 1_543_714_304,
      training: { options: [], device: 'cuda', precision: 'bf16', ranks: 1, step: null },
      scoring: { generator: 'onnx', reason: 'no vLLM is found' },
    });
    const missing = lines.filter(({ event }) => event === 'missing');
    expect(Object.fromEntries(missing.map(({ name, command }) => [name, command]))).toMatchObject({
      engine: 'oneshot bootstrap',
      vLLM: 'oneshot vllm install',
      data: 'oneshot data pull',
    });
  });

  it('says it as text', () => {
    const { status, stdout } = spawnSync(process.execPath, ['cli/main.ts', 'doctor'], {
      encoding: 'utf8',
      env,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok +machine +128 cores/m);
    expect(stdout).toMatch(/^7B +on 4 GPUs in bf16, vLLM samples /m);
    expect(stdout).toContain(
      '  7B: --set engine.gradientCheckpointing=true --set engine.ranks=4 --sampler vllm\n',
    );
    expect(stdout).toMatch(/vLLM \(no vLLM is found\):\n +oneshot vllm install/);
  });
});
