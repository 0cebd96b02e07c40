import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as memory from '#shared/adapters/disk/shared-memory.ts';
import { publicationFolder } from '#trainer/driver/publication-folder.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { TINY_MODEL } from '../tiny-engine.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'oneshot-published-'));
});
afterEach(() => rm(scratch, { recursive: true }));

const made = (kind: string, env: NodeJS.ProcessEnv = {}, baseFolder = TINY_MODEL) => {
  const config = RunSettings.parse({ recipe: 'r', steps: 1, sampler: { kind } });
  return publicationFolder('r', config, { baseFolder, scratch }, env);
};

describe('publicationFolder', () => {
  it('is made where ONESHOT_PUBLISH says, for whoever draws beside the engine', async () => {
    const named = join(scratch, 'named');
    for (const kind of ['onnx', 'vllm']) {
      const folder = await made(kind, { ONESHOT_PUBLISH: named });
      expect(folder).toBe(join(named, `oneshot-r-${process.pid}`));
      expect(existsSync(folder)).toBe(true);
    }
  });

  it("is the driver's own for servers of the user's, and for nobody where the engine draws", async () => {
    const own = join(scratch, 'published');
    expect(await made('vllm')).toBe(join(own, `oneshot-r-${process.pid}`));
    await rm(own, { recursive: true });
    expect(await made('engine')).toBe(own);
    expect(existsSync(own)).toBe(false);
  });

  it('lies in memory for our decoder where the weights in fp32 find room there', async () => {
    const asked: number[] = [];
    const shared = vi.spyOn(memory, 'sharedMemory').mockImplementation(async (needBytes = 0) => {
      asked.push(needBytes);
      return join(scratch, 'memory');
    });
    const folder = await made('onnx', { ONESHOT_PUBLISH: '' });
    expect(folder).toBe(join(scratch, 'memory', `oneshot-r-${process.pid}`));
    expect(asked).toEqual([4 * 10_640 + 2 ** 20]);
    shared.mockResolvedValue(undefined);
    expect(await made('onnx')).toBe(join(scratch, 'published', `oneshot-r-${process.pid}`));
    shared.mockRestore();
  });

  it('is refused where our decoder would have to draw from a model that it does not compute', async () => {
    const baseFolder = join(scratch, 'model');
    await cp(TINY_MODEL, baseFolder, { recursive: true });
    const path = join(baseFolder, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...config, model_type: 'mamba' }));
    await expect(made('onnx', {}, baseFolder)).rejects.toMatchObject({ code: 'model-unsupported' });
  });
});
