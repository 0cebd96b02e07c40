import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ModelOrigin } from '#shared/records/models.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** Where a model of the store came from; of several places one that knows the licence. `undefined`: from no hub. */
export async function modelOrigin(store: ObjectStore, model: string): Promise<ModelOrigin | undefined> {
  const found = await store.list(keys.prefix.origins(model));
  const origins = await Promise.all(found.map((key) => read(store, record.modelOrigin.at(key))));
  return origins.find(({ licence }) => licence !== null) ?? origins[0];
}
