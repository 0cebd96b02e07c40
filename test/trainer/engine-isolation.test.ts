import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '#cli/doctor/finding.ts';
import { startEngine } from '#trainer/engine-client/engine-process.ts';

const root = process.cwd();
const python = resolve('.venv/bin/python');
const engineFolder = 'trainer/engine';

/** Of Python's own library, of the engine's packages, and what Python imports by itself. */
const MODULES = [
  'random',
  'signal',
  'argparse',
  'runpy',
  'socket',
  'torch',
  'tokenizers',
  'numpy',
  'sitecustomize',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-hostile-'));
  const mine = (name: string) =>
    `open(${JSON.stringify(join(folder, 'ran'))}, 'a').write('${name}')\nraise SystemExit(9)\n`;
  for (const name of MODULES) await writeFile(join(folder, `${name}.py`), mine(name));
  await mkdir(join(folder, 'oneshot_engine'));
  await writeFile(join(folder, 'oneshot_engine/__init__.py'), mine('oneshot_engine'));
});
afterAll(() => rm(folder, { recursive: true }));

const HOSTILE = {
  PYTHONHOME: '/nowhere',
  PYTHONOPTIMIZE: '2',
  PYTHONINSPECT: '1',
  PYTHONWARNINGS: 'error',
  PYTHONUSERBASE: '/nowhere',
};

/** The variables above, and those that name the folder. */
function hostile(): Record<string, string> {
  return { ...HOSTILE, PYTHONPATH: folder, PYTHONSTARTUP: join(folder, 'random.py') };
}

describe('in a folder with modules of its own, and with variables for another Python', () => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(hostile())) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    process.chdir(root);
    vi.unstubAllEnvs();
    expect(await readdir(folder)).not.toContain('ran');
  });

  it('the engine starts from its own', async () => {
    const absolute = resolve(engineFolder);
    process.chdir(folder);
    const engine = await startEngine({ python, engineFolder: absolute });
    expect(engine.host.torch).toMatch(/^2\./);
    await engine.stop();
  });

  it('doctor finds Python and the engine', async () => {
    const env = { ...process.env, ONESHOT_VENV: resolve('.venv'), ONESHOT_HOME: join(folder, 'home') };
    const main = resolve('cli/main.ts');
    const { stdout } = spawnSync(process.execPath, [main, 'doctor', '--json'], {
      env,
      cwd: folder,
      encoding: 'utf8',
    });
    const findings = stdout
      .trim()
      .split('\n')
      .map((line): Finding => JSON.parse(line));
    for (const what of ['python', 'engine'])
      expect(findings.find((finding) => finding.what === what)).toMatchObject({ level: 'ok' });
  });
});
