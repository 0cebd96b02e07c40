import { z } from 'zod';
import { editDistance } from '#shared/edit-distance.ts';
import { RunSettings } from './config.ts';

/**
 * Every setting by its dotted name, such as `optim.learningRate`, with the schemas that a value may have: more than one
 * where the alternatives of a union share a name, such as `loss.aggregation.kind`.
 */
export const settingSchemas: ReadonlyMap<string, readonly z.ZodType[]> = collect(RunSettings);

/** Names like `name`, best first: what it may have been meant to be. */
export function nearNames(name: string, most = 4): string[] {
  const last = (path: string) => path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const distanceTo = (known: string) => {
    if (known.startsWith(`${name}.`)) return 0;
    if (known.toLowerCase().includes(last(name))) return 1;
    return Math.min(editDistance(name, known), editDistance(last(name), last(known)));
  };
  return [...settingSchemas.keys()]
    .map((known) => ({ known, away: distanceTo(known) }))
    .filter(({ known, away }) => away <= 1 || away <= last(known).length / 3)
    .sort((one, other) => one.away - other.away)
    .slice(0, most)
    .map(({ known }) => known);
}

function collect(root: z.ZodObject): Map<string, z.ZodType[]> {
  const found = new Map<string, z.ZodType[]>();
  const visit = (schema: unknown, path: string): void => {
    if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
      visit(schema.unwrap(), path);
    else if (schema instanceof z.ZodDiscriminatedUnion)
      for (const option of schema.options) visit(option, path);
    else if (schema instanceof z.ZodObject) {
      for (const [key, inner] of Object.entries(schema.shape))
        visit(inner, path === '' ? key : `${path}.${key}`);
    } else if (schema instanceof z.ZodType) found.set(path, [...(found.get(path) ?? []), schema]);
  };
  visit(root, '');
  found.delete('recipe'); // said by the command's argument
  return found;
}
