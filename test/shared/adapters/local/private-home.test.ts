import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertOwn } from '#shared/adapters/local/private-home.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-private-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a home', () => {
  it("is its user's alone, with all that is written to it", async () => {
    const home = join(folder, 'new', 'home');
    await use(home);
    expect(await openToOthers(home)).toEqual([]);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
  });

  it('that was left open to others is closed when it is opened', async () => {
    const home = join(folder, 'old');
    await use(home);
    for (const path of await everythingIn(home)) {
      await chmod(path, (await stat(path)).isDirectory() ? 0o755 : 0o644);
    }
    expect((await openToOthers(home)).length).toBeGreaterThan(8);
    await use(home);
    expect(await openToOthers(home)).toEqual([]);
  });

  it('leaves alone what else lies in the folder, and what links in it point to', async () => {
    const [home, elsewhere] = [join(folder, 'shared'), join(folder, 'elsewhere')];
    await mkdir(home, { mode: 0o755 });
    await writeFile(join(home, 'script.sh'), '', { mode: 0o755 });
    await writeFile(elsewhere, '', { mode: 0o644 });
    await mkdir(join(home, 'cache'), { mode: 0o755 });
    await symlink(elsewhere, join(home, 'cache', 'link'));
    for (const path of [home, join(home, 'script.sh'), join(home, 'cache')]) await chmod(path, 0o755);
    await use(home);
    expect(await openToOthers(home)).toEqual([home, join(home, 'script.sh')]);
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o644);
  });

  it('of another user is refused, but to root', () => {
    expect(() => assertOwn('/x', 1000, 1001)).toThrow(expect.objectContaining({ code: 'home-foreign' }));
    for (const user of [1000, 0, undefined]) expect(() => assertOwn('/x', 1000, user)).not.toThrow();
  });
});

/** Opens a home as a command does, stores something, and closes it. */
async function use(home: string): Promise<void> {
  const workspace = openWorkspace(home);
  await workspace.store.putOnce('runs/r/run.json', new TextEncoder().encode('{}'));
  await workspace.queues.plan.send('{}');
  workspace.close();
}

async function everythingIn(home: string): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isSymbolicLink())
    .map(({ parentPath, name }) => join(parentPath, name));
  return [home, ...paths].sort();
}

async function openToOthers(home: string): Promise<string[]> {
  const paths = await everythingIn(home);
  const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode));
  return paths.filter((_, index) => ((modes[index] ?? 0) & 0o077) !== 0);
}
