import { readdir, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { draftName, hasDeadWriter } from '#shared/adapters/disk/drafts.ts';
import { explainDiskError, isCode, removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { KnownError } from '#shared/errors.ts';

const FAULT = { code: 'output-unwritable', advice: 'name another' } as const;

/** Makes sure that a folder is new or empty. @throws {KnownError} `output-taken` */
export async function assertFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    if (isCode(error, 'ENOTDIR')) throw taken(folder);
    throw explainDiskError(error, folder);
  });
  if (names.length > 0) throw taken(folder);
}

/**
 * Makes a folder that is there whole or not at all.
 *
 * @param folder - new or empty
 * @param fill - writes into a folder beside it, which takes its name in the end
 * @returns the folder's whole path, and what `fill` gave
 * @throws {KnownError} `output-taken`, `output-unwritable`, and what `fill` throws
 */
export async function fillFolder<T>(
  folder: string,
  fill: (draft: string) => Promise<T>,
): Promise<{ readonly target: string; readonly filled: T }> {
  await assertFree(folder);
  const { draft, target } = await openDraft(folder);
  try {
    const filled = await fill(draft);
    await rename(draft, target).catch((error: unknown) => {
      throw isCode(error, 'ENOTEMPTY', 'EEXIST') ? taken(folder) : explainDiskError(error, folder);
    });
    return { target, filled };
  } finally {
    await removeLeftover(draft);
  }
}

/** A folder beside the one that is wanted; what killed writers have left goes. */
async function openDraft(folder: string): Promise<{ readonly draft: string; readonly target: string }> {
  const target = resolve(folder);
  const [parent, prefix] = [dirname(target), `.${basename(target)}.`];
  makeFolder(parent, FAULT);
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix) && hasDeadWriter(name.slice(prefix.length)))
      await removeLeftover(join(parent, name));
  }
  const draft = join(parent, `${prefix}${draftName()}`);
  makeFolder(draft, FAULT);
  return { draft, target };
}

function taken(folder: string): KnownError {
  return new KnownError(
    'output-taken',
    `${folder} is there and not an empty folder. Name a new or an empty one.`,
  );
}
