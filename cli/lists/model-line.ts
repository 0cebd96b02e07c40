import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectFacts, ObjectStore } from '#shared/ports/object-store.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { parseModel } from '#shared/storage/keys.ts';
import { type ModelUser, userText } from '#shared/storage/model-users.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** A model as listed. */
export interface ModelLine {
  readonly model: string;
  /** `unused`: no run and no evaluation names it, as one that was pushed and not asked for yet. */
  readonly state: 'used' | 'unused' | 'damaged';
  /** Of its files, which other models may share. */
  readonly sizeBytes: number | null;
  readonly users: readonly ModelUser[];
  /** When it was stored last, milliseconds since 1970. */
  readonly storedAt: number;
}

/** Manifests that are read at a time. */
const READERS = 16;

/** @param manifests - what the store knows of the objects of models */
export function modelLines(
  manifests: readonly ObjectFacts[],
  users: ReadonlyMap<string, readonly ModelUser[]>,
  store: ObjectStore,
): Promise<readonly ModelLine[]> {
  return inParallel(manifests, READERS, async ({ key, storedAtMs: storedAt }) => {
    const model = parseModel(key);
    const known = { model, users: users.get(model) ?? [], storedAt };
    try {
      const { files } = await read(store, record.model.at(key));
      const sizeBytes = sum(Object.values(files).map((file) => file.sizeBytes));
      return { ...known, state: known.users.length > 0 ? ('used' as const) : ('unused' as const), sizeBytes };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return { ...known, state: 'damaged' as const, sizeBytes: null };
    }
  });
}

/** Who names a model, told in a few words: the first, and how many more. */
export function usersText(users: readonly ModelUser[]): string {
  const [first, ...others] = users;
  if (first === undefined) return '–';
  return `${userText(first)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}
