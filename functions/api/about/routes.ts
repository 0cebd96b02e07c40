import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { apiApp } from '../../http/api-app.ts';
import { entityTag, hasVersion } from '../../http/entity-tag.ts';
import { json, problems } from '../../http/responses.ts';
import type { ApiHost } from '../api-ports.ts';
import { docsPage } from './docs-page.ts';
import { docsStyle } from './docs-style.ts';
import type { OpenApiDocument } from './open-api-document.ts';

const common = { tags: ['about'], security: [] };
const unchanged = { 304: { description: 'Nothing has changed.' } };

const Health = z.object({
  status: z
    .enum(['ok', 'degraded'])
    .meta({ description: 'degraded: it answers, but what is asked for is not worked on for the moment.' }),
  version: z.string(),
  reason: z.string().optional().meta({ description: 'Why it is degraded.' }),
});

const healthRoute = createRoute({
  ...common,
  method: 'get',
  path: '/healthz',
  operationId: 'readHealth',
  summary: 'Whether the API answers, and its workers work',
  responses: { 200: json('It answers.', Health), ...problems.about },
});

const documentRoute = createRoute({
  ...common,
  method: 'get',
  path: '/openapi.json',
  operationId: 'readOpenApi',
  summary: 'This description, as OpenAPI 3.1',
  responses: {
    200: json('The document.', z.looseObject({ openapi: z.string() })),
    ...unchanged,
    ...problems.about,
  },
});

const docsRoute = createRoute({
  ...common,
  method: 'get',
  path: '/docs',
  operationId: 'readDocs',
  summary: 'This description, for people',
  responses: {
    200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } },
    ...unchanged,
    ...problems.about,
  },
});

/** What anybody may know. @param document - makes the OpenAPI document, once all routes are there */
export function aboutRoutes(host: Pick<ApiHost, 'version' | 'trouble'>, document: () => OpenApiDocument) {
  const texts = once(() => textsOf(document()));
  return apiApp()
    .openapi(healthRoute, (c) => {
      const reason = host.trouble();
      const { version } = host;
      const health: z.infer<typeof Health> =
        reason === undefined ? { status: 'ok', version } : { status: 'degraded', version, reason };
      return c.json(health, 200);
    })
    .openapi(documentRoute, async (c) => {
      const { json } = await texts();
      c.header('Cache-Control', 'no-cache'); // keep it, ask with its ETag
      if (hasVersion(c, json.tag)) return c.body(null, 304);
      return c.body(json.text, 200, { 'Content-Type': 'application/json' }) as never; // of that schema
    })
    .openapi(docsRoute, async (c) => {
      const { page } = await texts();
      c.header('Cache-Control', 'no-cache');
      c.header('Content-Security-Policy', DOCS_POLICY);
      return hasVersion(c, page.tag) ? c.body(null, 304) : c.html(page.text, 200);
    });
}

/** The page has one style and nothing else that a browser would fetch, run or send. */
const DOCS_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(docsStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface VersionedText {
  readonly text: string;
  readonly tag: string;
}

/** Anybody may ask for them as often as they like: made once, they cost no more than sending them. */
async function textsOf(document: OpenApiDocument): Promise<Record<'json' | 'page', VersionedText>> {
  const versioned = (text: string) => ({ text, tag: entityTag(text) });
  const page = await docsPage(document);
  return { json: versioned(JSON.stringify(document)), page: versioned(page.toString()) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
