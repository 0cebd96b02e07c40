import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { explainingDisk } from '#shared/adapters/disk/explain-disk-error.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import type { ModuleReward } from '../settings/config.ts';
import { type InstalledPackage, installedPackage } from './installed-package.ts';

export interface ModulePlace {
  readonly store: ObjectStore;
  /** Where packages are looked for, each as Node does from that folder; the first that has the version counts. */
  readonly packageFolders: readonly string[];
}

/**
 * Puts a stored module and the files that it imports into a folder, in which they lie to each other as they did where
 * they were written, with links to the packages that it imports.
 *
 * @returns the module's file
 * @throws {KnownError} `reward-import-missing`, `reward-package-differs`, as store and disk do
 */
export async function placeModule(
  { file, sha256, imports }: ModuleReward,
  folder: string,
  { store, packageFolders }: ModulePlace,
): Promise<string> {
  const { folder: own = '', files = [], packages = [] } = imports ?? {};
  const main = join(own, file);
  for (const each of [{ path: main, sha256 }, ...files]) {
    const path = join(folder, each.path);
    await explainingDisk(path, () => mkdir(dirname(path), { recursive: true }));
    await store.getFile(keys.blob(each.sha256), path);
  }
  for (const { name, version } of packages) {
    const found = await findPackage({ name, version, file }, packageFolders);
    const link = join(folder, 'node_modules', name);
    await explainingDisk(link, async () => {
      await mkdir(dirname(link), { recursive: true });
      await symlink(found.folder, link);
    });
  }
  return join(folder, main);
}

/** `ONESHOT_REWARD_FOLDERS`, which is a list as `PATH` is, and the current folder. */
export function rewardFolders(env: NodeJS.ProcessEnv): readonly string[] {
  const named = env['ONESHOT_REWARD_FOLDERS'] ?? '';
  return [...named.split(delimiter).filter((folder) => folder !== ''), process.cwd()];
}

interface WantedPackage {
  readonly name: string;
  readonly version: string;
  /** Name of the module that wants it. */
  readonly file: string;
}

async function findPackage(
  { name, version, file }: WantedPackage,
  folders: readonly string[],
): Promise<InstalledPackage> {
  const found = await Promise.all(folders.map((folder) => installedPackage(name, folder)));
  const same = found.find((each) => each?.version === version);
  if (same) return same;
  const other = found.find((each) => each !== undefined);
  const install = `Install ${name}@${version} beside it, or where ONESHOT_REWARD_FOLDERS says.`;
  if (other) {
    throw new KnownError(
      'reward-package-differs',
      `The run's reward module ${file} imports ${name} ${version}, and ${other.folder} is ${other.version ?? 'of no version'}. ${install}`,
    );
  }
  throw new KnownError(
    'reward-import-missing',
    `The reward module ${file} imports the package ${name} ${version}, which is not installed in ${folders.join(', ')} ` +
      `or a folder above. ${install}`,
  );
}
