import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

let folder: string;
let clone: string;

/** A clone with its dependencies, as `npm ci` leaves it, under a name that a URL would write differently. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-bin-'));
  clone = join(folder, 'a clone #1');
  await mkdir(clone);
  const skip = /trainer\/(engine|microcosm\/bases)$/;
  for (const name of ['package.json', '.npmrc', 'bin', 'cli', 'shared', 'functions', 'trainer']) {
    await cp(join(packageRoot, name), join(clone, name), {
      recursive: true,
      filter: (path) => !skip.test(path),
    });
  }
  await symlink(join(packageRoot, 'node_modules'), join(clone, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npx oneshot in a clone', () => {
  it('runs the sources, without anything that was built', () => {
    const { status, stdout, stderr } = npx('--help');
    expect(stdout).toContain('Usage: oneshot');
    expect(stderr).toBe(''); // no warning of npm either
    expect(status).toBe(0);
  });

  it('runs the sources even where an old build lies beside them', async () => {
    await mkdir(join(clone, 'dist'));
    await writeFile(join(clone, 'dist/cli.js'), "throw new Error('this is an old build');");
    const { status, stdout } = npx('verify', '--gold', '0.5', '--answer', '1/2');
    expect(stdout).toContain('correct');
    expect(status).toBe(0);
    await rm(join(clone, 'dist'), { recursive: true });
  });

  it('reads sources again that changed since it kept what it made of them', async () => {
    const command = join(clone, 'cli/commands/demo.ts');
    const before = await readFile(command, 'utf8');
    expect(npx('--help').stdout).toContain('a small world');
    await writeFile(command, before.replace('a small world', 'another world'));
    expect(npx('--help').stdout).toContain('another world');
    await writeFile(command, before);
  });

  it("runs under the clone's own Node where the one that was started runs no TypeScript", () => {
    const right = start(['--no-strip-types'], 'verify', '--gold', '2', '--answer', '2');
    expect([right.stdout.includes('correct'), right.stderr, right.status]).toEqual([true, '', 0]);
    expect(start(['--no-strip-types'], 'verify', '--gold', '2', '--answer', '3').status).toBe(1);
  });

  it('asks for npm ci in one line where the dependencies are missing', async () => {
    await unlink(join(clone, 'node_modules'));
    for (const flags of [[], ['--no-strip-types']]) {
      const { status, stderr } = start(flags, '--help');
      expect(stderr).toMatch(/^oneshot: .* Run "npm ci".*\n$/);
      expect(status).toBe(1);
    }
    await symlink(join(packageRoot, 'node_modules'), join(clone, 'node_modules'));
  });
});

it('a package without its JavaScript asks to be installed again, in one line', async () => {
  const broken = join(folder, 'broken');
  await cp(join(packageRoot, 'bin'), join(broken, 'bin'), { recursive: true });
  await writeFile(join(broken, 'package.json'), '{"type":"module"}');
  const { status, stderr } = spawnSync(process.execPath, [join(broken, 'bin/oneshot.js'), '--help'], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^oneshot: neither .* Install the package again\.\n$/);
  expect(status).toBe(1);
});

function npx(...args: readonly string[]) {
  return spawnSync('npx', ['--offline', 'oneshot', ...args], { cwd: clone, encoding: 'utf8' });
}

function start(flags: readonly string[], ...args: readonly string[]) {
  return spawnSync(process.execPath, [...flags, join(clone, 'bin/oneshot.js'), ...args], {
    encoding: 'utf8',
  });
}
