import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import { nameOf } from '../models/name-of.ts';
import { pullNamed } from '../models/pull-named.ts';
import { findStoredModel } from '../models/stored-model.ts';
import type { Progress } from '../terminal/progress.ts';

/**
 * The Hugging Face folder of a model, whichever way it is named; nothing is stored.
 *
 * @throws {KnownError} as `readModelName`, `pullModel`, `findStoredModel` and `fetchModelFolder` do
 */
export async function findFolder(
  text: string,
  where: { readonly home: string; readonly aws?: string | undefined },
  progress: Progress,
): Promise<string> {
  const name = nameOf(text);
  if (name.kind === 'folder') return name.path;
  if (name.kind === 'hub') return (await pullNamed(name, process.env, progress)).folder;
  const place = await openPlace(where);
  try {
    return await fetchModelFolder(place.store, await findStoredModel(place.store, name), place.cache);
  } finally {
    place.close();
  }
}
