import type { ApiApp } from '../../http/api-app.ts';

export type OpenApiDocument = ReturnType<ApiApp['getOpenAPI31Document']>;

const DESCRIPTION =
  'Ask for evaluations of stored models, follow and compare them, judge answers, read training curves. Send a token ' +
  'as `Authorization: Bearer`; `oneshot token create` makes one. Whatever is not a success is an RFC 9457 problem ' +
  'document whose `code` is stable. Any path may answer 405 with `Allow` to another method, and 408 or 431 to a request ' +
  'that is too slow or whose headers are too large.';

/** The OpenAPI 3.1 document of everything that an app's routes say about themselves. */
export function openApiDocument(app: ApiApp, version: string): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'oneshot', version, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
  });
  return withTupleLengths(document) as OpenApiDocument; // the same, but for what tuples allow
}

/** JSON Schema takes `prefixItems` for what comes first, if anything comes: tuples also have a length. */
function withTupleLengths(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTupleLengths);
  if (typeof value !== 'object' || value === null) return value;
  const whole = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withTupleLengths(part)]));
  const { prefixItems, items } = whole;
  if (!Array.isArray(prefixItems) || items !== undefined) return whole;
  const { length } = prefixItems;
  return { ...whole, minItems: length, maxItems: length, items: false };
}
