import { z } from 'zod';
import { editDistance } from '#shared/edit-distance.ts';
import { RunSettings } from './config.ts';

/**
 * Every setting by its dotted name, such as `optim.learningRate`, with the schemas that a value may have: more than one
 * where the alternatives of a union share a name, such as `loss.aggregation.kind`.
 */
export const settingSchemas: ReadonlyMap<string, readonly z.ZodType[]> = new Map(
  [...collect(RunSettings)].map(([name, alternatives]) => [name, alternatives.map(({ schema }) => schema)]),
);

/** What each setting means, by its dotted name, as its schema says it. */
export const settingMeanings: ReadonlyMap<string, string> = new Map(
  [...collect(RunSettings)].map(([name, alternatives]) => {
    const meanings = alternatives.flatMap(({ meaning }) => meaning ?? []);
    return [name, [...new Set(meanings)].join(' ')];
  }),
);

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

interface Alternative {
  readonly schema: z.ZodType;
  readonly meaning: string | undefined;
}

/** @returns the values by name; the name that tells alternatives of a union apart has the meaning of the union */
function collect(root: z.ZodObject): ReadonlyMap<string, readonly Alternative[]> {
  const found = new Map<string, Alternative[]>();
  const visit = (schema: unknown, path: string, outer: string | undefined): void => {
    if (!(schema instanceof z.ZodType)) return;
    const meaning = schema.description ?? outer;
    if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
      visit(schema.unwrap(), path, meaning);
    else if (schema instanceof z.ZodDiscriminatedUnion)
      for (const option of schema.options) visit(option, path, meaning);
    else if (schema instanceof z.ZodObject) {
      for (const [key, inner] of Object.entries(schema.shape))
        visit(inner, path === '' ? key : `${path}.${key}`, key === 'kind' ? meaning : undefined);
    } else found.set(path, [...(found.get(path) ?? []), { schema, meaning }]);
  };
  visit(root, '', undefined);
  found.delete('recipe'); // said by the command's argument
  return found;
}
