import { execFileSync } from 'node:child_process';
import type { ApiPorts } from '#functions/api/api-ports.ts';
import { api } from '#functions/api/app.ts';

/** The part of JSON Schema that the description of the API uses. */
interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema | false;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly pattern?: string;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const HEAD = `/**
 * What the HTTP API takes and answers, made by \`npm run docs:make\` of the description that its routes give: plain types,
 * so that a client of the package needs nothing that the server is made of.
 */
`;
const JSON_TYPE = 'application/json';
/** Of numbers in paths, which are text to OpenAPI. */
const PATH_NUMBER = '^\\d{1,6}$';

/** The module of types that the client stands on, formatted. */
export async function clientTypes(): Promise<string> {
  const { paths, components } = await describedApi();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const output = answerOf(operation);
      return output ? [{ ...operation, method: method.toUpperCase(), path, output }] : [];
    }),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};`,
  );
  const types = operations.map(
    ({ output, ...operation }) =>
      `${comment(operation.summary)}readonly ${operation.operationId}: { readonly input: ${inputOf(operation)}; readonly output: ${typeOf(output)} };`,
  );
  const table = operations.map(
    ({ operationId, method, path }) => `${operationId}: { method: '${method}', path: '${path}' },`,
  );
  return formatted(
    [
      HEAD,
      ...schemas,
      '/** By operation: what it takes, parameters of path and query side by side, and what it answers. */',
      `export interface Operations {\n${types.join('\n')}\n}`,
      '/** Where each operation is. */',
      `export const routes = {\n${table.join('\n')}\n} as const satisfies Record<keyof Operations, { method: string; path: string }>;`,
    ].join('\n\n'),
  );
}

/** The description of the API, which needs nothing behind it. */
async function describedApi(): Promise<Document> {
  const nothing = { host: { version: '' }, judges: { count: 0 } } as unknown as ApiPorts; // no route is asked but this one
  const response = await api(nothing).request('/openapi.json');
  return (await response.json()) as Document; // of the form that OpenAPI gives it
}

/** What an operation answers where all is well; nothing if that is no JSON. */
function answerOf({ operationId, responses }: Operation): Schema | undefined {
  if (operationId === 'readOpenApi') return undefined; // of no use to a client that has the types
  const content = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content;
  return content?.[JSON_TYPE]?.schema;
}

function inputOf({ parameters = [], requestBody }: Operation): string {
  const members = parameters
    .filter((each) => each.in !== 'header')
    .map(({ name, required, description, schema }) => {
      const type = schema.pattern === PATH_NUMBER ? 'number' : typeOf(schema);
      return member(name, type, required === true, description ?? schema.description);
    });
  const body = requestBody?.content?.[JSON_TYPE]?.schema;
  if (body) members.push(member('body', typeOf(body), requestBody?.required === true, undefined));
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{\n${members.join('\n')}\n}`;
}

function typeOf(schema: Schema): string {
  const { $ref, anyOf, oneOf, prefixItems, items } = schema;
  if ($ref) return $ref.replace('#/components/schemas/', '');
  const union = anyOf ?? oneOf;
  if (union) return union.map(typeOf).join(' | ');
  if (schema.enum) return literals(schema.enum);
  if (typeof schema.type === 'object')
    return schema.type.map((type) => typeOf({ ...schema, type })).join(' | ');
  if (schema.type === 'null') return 'null';
  if (prefixItems) return `readonly [${prefixItems.map(typeOf).join(', ')}]`;
  if (items) return `readonly (${typeOf(items)})[]`;
  if (schema.type === 'object') return objectType(schema);
  if (schema.type === 'integer') return 'number';
  return schema.type ?? 'unknown';
}

function literals(values: readonly unknown[]): string {
  const isFlag = values.length === 2 && values.includes('true') && values.includes('false');
  return isFlag ? 'boolean' : values.map((value) => JSON.stringify(value)).join(' | ');
}

function objectType({ properties, required = [], additionalProperties }: Schema): string {
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    return `{ readonly [name: string]: ${values} }`;
  }
  const members = Object.entries(properties).map(([name, schema]) =>
    member(name, typeOf(schema), required.includes(name), schema.description),
  );
  return `{\n${members.join('\n')}\n}`;
}

function member(name: string, type: string, required: boolean, description: string | undefined): string {
  const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
  return `${comment(description)}readonly ${key}${required ? '' : '?'}: ${type}${required ? '' : ' | undefined'};`;
}

function comment(description: string | undefined): string {
  return description === undefined ? '' : `/** ${description.replaceAll('*/', '* /')} */\n`;
}

/** As `npm run format` leaves it. */
function formatted(source: string): string {
  const args = ['format', '--stdin-file-path=functions/client/api-types.ts'];
  return execFileSync('biome', args, { input: source, encoding: 'utf8' });
}
