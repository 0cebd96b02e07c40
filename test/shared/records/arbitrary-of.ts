import fc from 'fast-check';
import { z } from 'zod';

/** The keywords of JSON Schema that the schemas of records come to. */
interface JsonSchema {
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly contentEncoding?: string;
}

/** What a record's schema takes, made from its JSON Schema. */
export function arbitraryOf<T>(schema: z.ZodType<unknown, T>): fc.Arbitrary<T> {
  // The JSON Schema is that of the input, which is all that zod promises of it.
  return madeOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema) as fc.Arbitrary<T>;
}

function madeOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const kinds = schema.anyOf ?? schema.oneOf;
  if (kinds) return fc.oneof(...kinds.map(madeOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => madeOf({ ...schema, type })));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return schema.prefixItems
        ? fc.tuple(...schema.prefixItems.map(madeOf))
        : fc.array(madeOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1e6, (schema.exclusiveMinimum ?? -1e6) + 1),
        max: Math.min(schema.maximum ?? 1e6, 1e6),
      });
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      throw new Error(
        `No record had a schema like ${JSON.stringify(schema)} so far: say here what it takes.`,
      );
  }
}

function objectOf({ properties = {}, required = [], additionalProperties, propertyNames }: JsonSchema) {
  if (propertyNames && typeof additionalProperties === 'object') {
    const names = madeOf(propertyNames) as fc.Arbitrary<string>; // of JSON, whose names are strings
    return fc.dictionary(names, madeOf(additionalProperties), { maxKeys: 3, noNullPrototype: true });
  }
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, madeOf(member)]),
  );
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

function numberOf({ minimum, maximum, exclusiveMinimum }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.max(minimum ?? -1e9, exclusiveMinimum ?? -1e9);
  const minExcluded = exclusiveMinimum !== undefined;
  // JSON has one zero.
  return fc.double({ min, max: maximum ?? 1e9, minExcluded, noNaN: true }).map((value) => value + 0);
}

/** File names are told by Unicode properties, of which fast-check makes no strings. */
const FILES = fc.constantFrom('config.json', 'model.safetensors', 'deep/in a/folder.txt', 'ä');

function stringOf({ pattern, contentEncoding, minLength = 0, maxLength = 12 }: JsonSchema) {
  if (contentEncoding === 'base64') return fc.base64String({ maxLength: 16 });
  if (pattern?.includes('\\p{')) return FILES;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength });
}
