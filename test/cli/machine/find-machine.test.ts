import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseGpus } from '#cli/gpus/visible-gpus.ts';
import { findMachine } from '#cli/machine/find-machine.ts';
import { physicalCores } from '#cli/machine/physical-cores.ts';
import { SMI_CSV } from '../gpus/smi-csv.ts';
import { machineWith } from './machines.ts';

describe('findMachine', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-machine-'));
    await script('bin/nvidia-smi', `printf '${SMI_CSV.replaceAll('\n', '\\n')}'`);
    await script('without/bin/python', 'echo 2.13.0+cpu AVX2 False');
    await script('with/bin/python', 'echo 2.13.0 AVX512 True');
    await script('broken/bin/nvidia-smi', 'echo no driver; exit 9');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function script(path: string, body: string): Promise<void> {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${body}\n`);
    await chmod(file, 0o755);
  }

  const find = (venv: string, path = 'bin', more: NodeJS.ProcessEnv = {}) =>
    findMachine({ PATH: `${join(folder, path)}:/usr/bin:/bin`, ONESHOT_VENV: join(folder, venv), ...more });

  it('knows the GPUs before torch is installed', async () => {
    const { gpus, torch, cores, memoryBytes } = await find('not-yet');
    expect(gpus).toEqual(parseGpus(SMI_CSV).map(({ uuid: _, ...gpu }) => gpu));
    expect(torch).toBeNull();
    expect(cores).toBeGreaterThan(0);
    expect(memoryBytes).toBeGreaterThan(2 ** 28);
  });

  it('asks the engine whether its torch finds them', async () => {
    expect((await find('without')).torch).toEqual({ version: '2.13.0+cpu', cuda: false });
    expect((await find('with')).torch).toEqual({ version: '2.13.0', cuda: true });
  });

  it('claims no GPU without nvidia-smi, with a broken one, or where none is shown to programs', async () => {
    expect((await find('with', 'nowhere')).gpus).toEqual([]);
    expect((await find('with', 'broken/bin')).gpus).toEqual([]);
    expect((await find('with', 'nowhere', { CUDA_VISIBLE_DEVICES: '0' })).gpus).toEqual([]);
    expect((await find('with', 'bin', { CUDA_VISIBLE_DEVICES: '' })).gpus).toEqual([]);
  });

  it('reads a machine that a file describes, and says what is wrong with one that is none', async () => {
    const file = join(folder, 'machine.json');
    await writeFile(file, JSON.stringify(machineWith(8)));
    expect(await findMachine({ ONESHOT_MACHINE: file })).toEqual(machineWith(8));
    await writeFile(file, '{ "cores": 0 }');
    await expect(findMachine({ ONESHOT_MACHINE: file })).rejects.toMatchObject({ code: 'machine-invalid' });
    await expect(findMachine({ ONESHOT_MACHINE: join(folder, 'none') })).rejects.toMatchObject({
      code: 'machine-invalid',
    });
  });
});

describe('physicalCores', () => {
  it('counts the two threads of a core once', () => {
    const processor = (physical: number, core: number) =>
      `physical id\t: ${physical}\ncore id\t\t: ${core}\n`;
    const two = [0, 1, 0, 1].map((core) => processor(0, core)).join('\n');
    expect(physicalCores(two, 4)).toBe(2);
    expect(physicalCores(`${two}\n${processor(1, 0)}`, 5)).toBe(3);
    expect(physicalCores(two, 1)).toBe(1);
    expect(physicalCores('processor\t: 0\nBogoMIPS\t: 50\n', 6)).toBe(6);
  });
});
