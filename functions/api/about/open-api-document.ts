import type { OpenAPIHono } from '@hono/zod-openapi';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const DESCRIPTION =
  'Ask for evaluations of stored models, follow and compare them, judge answers, read training curves. Send a token ' +
  'as `Authorization: Bearer`; `oneshot token create` makes one. Whatever is not a success is an RFC 9457 problem ' +
  'document whose `code` is stable.';

/** The OpenAPI 3.1 document of everything that an app's routes say about themselves. */
export function openApiDocument(app: OpenAPIHono, version: string): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'oneshot', version, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
  });
}
