import type { Json } from '#shared/encoding/canonical-json.ts';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';

const MOST = 8;
const LONGEST = 40;

/** What differs between two configs, setting by setting: `steps is 10 there and 20 here`. */
export function configDifferences(there: Json, here: Json): string {
  const all = [...differences('', there, here)];
  const more = all.length > MOST ? `; and ${all.length - MOST} more` : '';
  return `${all.slice(0, MOST).join('; ')}${more}`;
}

function* differences(path: string, there: unknown, here: unknown): Generator<string> {
  if (isRecord(there) && isRecord(here)) {
    for (const key of new Set([...Object.keys(there), ...Object.keys(here)]))
      yield* differences(path === '' ? key : `${path}.${key}`, own(there, key), own(here, key));
  } else if (shown(there, Number.POSITIVE_INFINITY) !== shown(here, Number.POSITIVE_INFINITY)) {
    yield `${path} is ${shown(there, LONGEST)} there and ${shown(here, LONGEST)} here`;
  }
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown, longest: number): string {
  if (value === undefined) return 'absent';
  const text = canonicalJson(value as Json); // a part of a config
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
