import type { z } from 'zod';
import { KnownError } from '../errors.ts';
import type { ReadableStore } from '../ports/object-store.ts';
import { parseObject } from './parse-object.ts';
import type { RecordSchema, StoredRecord } from './records.ts';

/** A record; `undefined` where there is none. @throws {KnownError} `object-invalid` */
export async function find<S extends RecordSchema>(
  store: Pick<ReadableStore, 'get'>,
  { key, schema }: StoredRecord<S>,
): Promise<z.output<S> | undefined> {
  const body = await store.get(key);
  return body && parseObject(key, body, schema);
}

/** As `find`, for records that must be there. @throws {KnownError} `object-missing`, `object-invalid` */
export async function read<S extends RecordSchema>(
  store: Pick<ReadableStore, 'get'>,
  stored: StoredRecord<S>,
): Promise<z.output<S>> {
  const object = await find(store, stored);
  if (object === undefined) {
    throw new KnownError(
      'object-missing',
      `The store has no object ${stored.key}, which something else refers to.`,
    );
  }
  return object;
}
