import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPython } from '#cli/bootstrap/find-python.ts';
import { writeWandb } from '#cli/export/write-wandb.ts';

const curves = { config: {}, rows: [{ step: 1, atMs: 0, values: { 'reward/mean': 0.5 } }] };

/** What an offline run of the real package holds is read back in `test/full/export.test.ts`. */
describe('writeWandb', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-wandb-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says how to install the package where it is missing', async () => {
    const bare = await interpreter('bare', `exec ${findPython(process.env)} -I -S "$@"`);
    await expect(writeWandb(folder, 'r', curves, bare)).rejects.toMatchObject({
      code: 'wandb-missing',
      message: expect.stringContaining(`${bare} -m pip install wandb`),
    });
  });

  it('gives the package’s own words where it fails', async () => {
    const broken = await interpreter('broken', 'echo "no space left" >&2; exit 1');
    await expect(writeWandb(folder, 'r', curves, broken)).rejects.toMatchObject({
      code: 'wandb-failed',
      message: expect.stringContaining('no space left'),
    });
  });

  it('names an interpreter that is not there', async () => {
    await expect(writeWandb(folder, 'r', curves, '/nowhere/python')).rejects.toMatchObject({
      code: 'python-missing',
    });
  });

  async function interpreter(name: string, script: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }
});
