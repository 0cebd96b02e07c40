import type { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';

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
