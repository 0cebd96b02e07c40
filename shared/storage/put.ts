import type { z } from 'zod';
import { canonicalJson, type Json } from '../encoding/canonical-json.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { SCHEMA_VERSION, type Unversioned } from '../records/ids.ts';
import type { RecordSchema, StoredRecord } from './records.ts';

type ReadonlyDeep<T> = unknown extends T ? T : { readonly [K in keyof T]: ReadonlyDeep<T[K]> };

/**
 * Stores a record in canonical form, so that equal records are equal bytes. It is checked as `read` will check it.
 *
 * @throws {TypeError} where the content is not what would be read: a mistake of ours, which nobody shall find stored
 */
export function put<S extends RecordSchema>(
  store: ObjectStore,
  { key, schema }: StoredRecord<S>,
  content: ReadonlyDeep<Unversioned<z.input<S>>>,
): Promise<'created' | 'exists'> {
  const checked = schema.safeParse({ ...content, schemaVersion: SCHEMA_VERSION });
  if (!checked.success) {
    const message = `What is about to be stored as ${key} could not be read again: ${checked.error.message}`;
    return Promise.reject(new TypeError(message, { cause: checked.error }));
  }
  // A schema of records has JSON on both sides: it reads nothing else.
  return store.putOnce(key, new TextEncoder().encode(canonicalJson(checked.data as Json)));
}
