import { z } from 'zod';
import { settingText } from './settle-settings.ts';

/** As much of a JSON Schema as settings have. */
interface ValueSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ValueSchema[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Stands for: above 0, and above what fp32 rounds to 0. */
const SMALLEST = 1e-30;

/** What a setting takes, in words: `chat, llama`, or `a whole number from 1 to 64`. @param schemas - of its values */
export function settingValues(schemas: readonly z.ZodType[]): string {
  const words = schemas.flatMap((schema) => wordsOf(z.toJSONSchema(schema) as ValueSchema)); // of which it is part
  return [...new Set(words)].join(', ');
}

function wordsOf(schema: ValueSchema): readonly string[] {
  if (schema.anyOf) return schema.anyOf.flatMap(wordsOf);
  if (schema.enum) return schema.enum.map(settingText);
  if ('const' in schema) return [settingText(schema.const)];
  switch (schema.type) {
    case 'boolean':
      return ['true', 'false'];
    case 'null':
      return ['null'];
    case 'integer':
      return [`a whole number${rangeText({ ...schema, minimum: leastWhole(schema) })}`];
    case 'number':
      return [`a number${rangeText(schema)}`];
    case 'string':
      return ['text'];
    case 'array':
      return ['a list as JSON'];
    default:
      return ['JSON'];
  }
}

function leastWhole({ minimum, exclusiveMinimum }: ValueSchema): number | undefined {
  return exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
}

function rangeText({
  minimum,
  maximum,
}: {
  readonly minimum?: number | undefined;
  readonly maximum?: number;
}): string {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const from = minimum === SMALLEST ? ' above 0' : minimum === undefined ? '' : ` from ${minimum}`;
  return `${from}${isBounded ? ` to ${maximum}` : ''}`;
}
