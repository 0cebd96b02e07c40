import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';

export interface InstalledPackage {
  readonly folder: string;
  /** As its `package.json` says; absent where that says none. */
  readonly version: string | undefined;
}

/** A package as Node finds it from a folder: in the `node_modules` of that folder, or of the nearest above it. */
export async function installedPackage(name: string, from: string): Promise<InstalledPackage | undefined> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const own = join(folder, 'node_modules', name);
    const text = await readFile(join(own, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return { folder: own, version: versionOf(text) };
    if (folder === dirname(folder)) return undefined;
  }
}

function versionOf(text: string): string | undefined {
  const { version } = (jsonOrUndefined(text) ?? {}) as { readonly version?: unknown };
  return typeof version === 'string' && version !== '' ? version : undefined;
}
