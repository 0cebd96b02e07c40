import type { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** The stored JSON object at a key, checked by its schema; `undefined` where there is none. */
export async function findObject<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  const body = await store.get(key);
  return body && parseObject(key, body, schema);
}

/** As `findObject`, for objects that must be there. @throws {KnownError} `object-missing` */
export async function readObject<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  schema: S,
): Promise<z.output<S>> {
  const object = await findObject(store, key, schema);
  if (object === undefined) {
    throw new KnownError('object-missing', `The store has no object ${key}, which something else refers to.`);
  }
  return object;
}

/** The JSON object in a body. @throws {KnownError} `object-invalid` */
export function parseObject<S extends z.ZodType>(key: string, body: Uint8Array, schema: S): z.output<S> {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw new KnownError(
      'object-invalid',
      `The object ${key} is not what this version writes under that key: ${messageOf(cause)} ` +
        `It was written by another version or damaged; delete the store, or the folder of that run or evaluation.`,
      { cause },
    );
  }
}
