import { createRoute, z } from '@hono/zod-openapi';
import { apiApp } from '../http/api-app.ts';
import { json } from '../http/responses.ts';
import { docsPage } from './docs-page.ts';
import type { OpenApiDocument } from './open-api-document.ts';

const common = { tags: ['about'], security: [] };

const healthRoute = createRoute({
  ...common,
  method: 'get',
  path: '/healthz',
  operationId: 'readHealth',
  summary: 'Whether the API answers',
  responses: { 200: json('It does.', z.object({ status: z.literal('ok'), version: z.string() })) },
});

const documentRoute = createRoute({
  ...common,
  method: 'get',
  path: '/openapi.json',
  operationId: 'readOpenApi',
  summary: 'This description, as OpenAPI 3.1',
  responses: { 200: json('The document.', z.looseObject({ openapi: z.string() })) },
});

const docsRoute = createRoute({
  ...common,
  method: 'get',
  path: '/docs',
  operationId: 'readDocs',
  summary: 'This description, for people',
  responses: { 200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } } },
});

/** What anybody may know. @param document - makes the OpenAPI document, once all routes are there */
export const aboutRoutes = (version: string, document: () => OpenApiDocument) =>
  apiApp()
    .openapi(healthRoute, (c) => c.json({ status: 'ok' as const, version }, 200))
    .openapi(documentRoute, (c) => c.json(plain(document()), 200))
    .openapi(docsRoute, (c) => {
      c.header(
        'Content-Security-Policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      );
      return c.html(docsPage(document()));
    });

/** The document as the JSON that it is; its own type allows extensions of any kind. */
function plain(document: OpenApiDocument): { openapi: string } {
  return document;
}
