import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findVllm, VLLM_STAMP, VLLM_VERSION, vllmFolder } from '#cli/vllm/find-vllm.ts';

describe('findVllm', () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'oneshot-find-vllm-'));
  });
  afterEach(() => rm(cache, { recursive: true, force: true }));

  it('finds none where none was installed', async () => {
    expect(await findVllm({ ONESHOT_CACHE: cache })).toBeNull();
  });

  it('finds none where an installation has not come to its end', async () => {
    const folder = vllmFolder({ ONESHOT_CACHE: cache });
    await install(join(folder, 'bin', 'vllm'), shebang, VLLM_VERSION);
    await rm(join(folder, VLLM_STAMP));
    expect(await findVllm({ ONESHOT_CACHE: cache })).toBeNull();
  });

  it.each([
    ['the first line', (python: string) => `#!${python}\n`],
    [
      'the lines that pip writes for long paths',
      (python: string) => `#!/bin/sh\n'''exec' ${python} "$0" "$@"\n' '''\n`,
    ],
  ])('asks the interpreter of %s for the version of the package', async (_, head) => {
    const program = join(vllmFolder({ ONESHOT_CACHE: cache }), 'bin', 'vllm');
    await install(program, head, `${VLLM_VERSION}+cpu`);
    expect(await findVllm({ ONESHOT_CACHE: cache })).toEqual({ program, version: `${VLLM_VERSION}+cpu` });
  });

  it('prefers the one that is named', async () => {
    await install(join(vllmFolder({ ONESHOT_CACHE: cache }), 'bin', 'vllm'), shebang, '0.1.0');
    const program = join(cache, 'own', 'bin', 'vllm');
    await install(program, shebang, VLLM_VERSION);
    expect(await findVllm({ ONESHOT_CACHE: cache, ONESHOT_VLLM: program })).toEqual({
      program,
      version: VLLM_VERSION,
    });
  });

  it('refuses another version, and says which it wants', async () => {
    const program = join(cache, 'bin', 'vllm');
    await install(program, shebang, '0.31.2');
    await expect(findVllm({ ONESHOT_VLLM: program })).rejects.toMatchObject({
      code: 'vllm-version',
      message: expect.stringMatching(/is vLLM 0\.31\.2.*0\.32\.0.*oneshot vllm install/s),
    });
  });

  it('refuses a name that is not there, and a program that is no Python program', async () => {
    const ONESHOT_VLLM = join(cache, 'vllm');
    await expect(findVllm({ ONESHOT_VLLM })).rejects.toMatchObject({ code: 'vllm-missing' });
    await writeFile(ONESHOT_VLLM, '#!/bin/sh\necho 0.32.0\n');
    await expect(findVllm({ ONESHOT_VLLM })).rejects.toMatchObject({ code: 'vllm-missing' });
  });

  it('refuses an interpreter that knows no such package', async () => {
    const program = join(cache, 'bin', 'vllm');
    await install(program, shebang, VLLM_VERSION, 1);
    await expect(findVllm({ ONESHOT_VLLM: program })).rejects.toMatchObject({ code: 'vllm-missing' });
  });
});

const shebang = (python: string) => `#!${python}\n`;

/** A program with an interpreter beside it that says the version, whatever it is asked. */
async function install(
  program: string,
  head: (python: string) => string,
  version: string,
  code = 0,
): Promise<void> {
  const python = join(dirname(program), 'python3.11');
  await mkdir(dirname(program), { recursive: true });
  await writeFile(join(dirname(program), '..', VLLM_STAMP), '');
  await writeFile(program, head(python));
  await writeFile(python, `#!/bin/sh\necho ${version}\nexit ${code}\n`);
  await chmod(python, 0o755);
}
