import type { z } from 'zod';
import { unsupportedGguf } from './invalid-gguf.ts';
import type { GgufFile, GgufValue } from './read-gguf.ts';

/**
 * The metadata whose keys begin with a prefix, without it and checked.
 *
 * @param schema - a strict one where an unknown key may change what the model computes
 * @throws {KnownError} `gguf-unsupported`, which names the first field that does not fit
 */
export function metadataPart<T>({ metadata }: GgufFile, prefix: string, schema: z.ZodType<T>): T {
  const entries = [...metadata].filter(([key]) => key.startsWith(prefix));
  const parsed = schema.safeParse(
    Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value])),
  );
  if (parsed.success) return parsed.data;
  throw unsupportedGguf(problemOf(parsed.error.issues[0] as z.core.$ZodIssue, prefix, metadata)); // one at least
}

function problemOf(
  issue: z.core.$ZodIssue,
  prefix: string,
  metadata: ReadonlyMap<string, GgufValue>,
): string {
  if (issue.code === 'unrecognized_keys')
    return `the field ${prefix}${issue.keys[0]}, whose meaning is not known here`;
  const key = `${prefix}${issue.path.join('.')}`;
  const value = metadata.get(key);
  const said = value === undefined ? 'no' : `"${Array.isArray(value) ? 'a list' : value}" as its`;
  return `${said} ${key} (${issue.message})`;
}
