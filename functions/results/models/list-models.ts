import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectFacts } from '#shared/ports/object-store.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { isModelManifest, keys, parseModel } from '#shared/storage/keys.ts';
import { type ModelUser, modelUsers } from '#shared/storage/model-users.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { matchCursor, type Paging } from '../../http/paging.ts';
import { timeText } from '../../http/time-text.ts';
import { held } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { ModelListItem, ModelPage } from './model-view.ts';

/** When a model was stored, so that later ones sort first, and its digest. */
const CURSOR = /^\d{14}-[a-z2-7]{26}$/;
const LATEST_MS = 10 ** 14 - 1;
/** Manifests that are read at a time. */
const READERS = 16;
/** Of one that names a model, about. */
const NAMED_BYTES = 300;

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/** Models, those stored last first: pushed ones, bases, and the weights of checkpoints. @throws {KnownError} `cursor-invalid` */
export async function listModels({ cursor, limit }: Paging, ports: Ports): Promise<ModelPage> {
  const after = cursor === undefined ? '' : matchCursor(cursor, CURSOR)[0];
  const stored = await ports.store.describe(keys.prefix.models);
  const manifests = stored.filter(({ key }) => isModelManifest(key));
  const rest = manifests
    .map((facts) => ({ facts, place: placeOf(facts) }))
    .filter(({ place }) => place > after)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const page = rest.slice(0, limit);
  const users = page.length === 0 ? new Map<string, ModelUser[]>() : await usersOf(ports);
  const items = await inParallel(page, READERS, ({ facts }) => listed(facts, users, ports));
  const last = page.at(-1);
  return {
    items: [...items],
    total: manifests.length,
    next: last && rest.length > page.length ? last.place : null,
  };
}

function placeOf({ key, storedAtMs }: ObjectFacts): string {
  return `${String(LATEST_MS - Math.round(storedAtMs)).padStart(14, '0')}-${parseModel(key)}`;
}

/** Records that name models are read once by this process; a damaged one names none. */
function usersOf({ store, lists }: Ports): Promise<ReadonlyMap<string, readonly ModelUser[]>> {
  return modelUsers(lists.view(), (name, find) =>
    held(store, `model of ${name}`, async () => {
      const value = await find().catch(orDamaged);
      return value === undefined ? undefined : { value, sizeBytes: NAMED_BYTES };
    }),
  );
}

function orDamaged(error: unknown): undefined {
  if (!isDamage(error)) throw error;
}

async function listed(
  { key, storedAtMs }: ObjectFacts,
  users: ReadonlyMap<string, readonly ModelUser[]>,
  { store }: Ports,
): Promise<ModelListItem> {
  const model = parseModel(key);
  const known = { model, createdAt: timeText(Math.round(storedAtMs)), users: [...(users.get(model) ?? [])] };
  try {
    const { files } = await read(store, record.model.at(key));
    const sizeBytes = sum(Object.values(files).map((file) => file.sizeBytes));
    return { ...known, state: known.users.length > 0 ? 'used' : 'unused', sizeBytes };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ...known, state: 'damaged', sizeBytes: null };
  }
}
