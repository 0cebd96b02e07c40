import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { z } from 'zod';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import { failureEntry } from '#shared/log-entry.ts';
import { bearerToken } from '../http/authorize.ts';
import { entityTag, hasVersion } from '../http/entity-tag.ts';
import { signInPage } from './access/sign-in-page.ts';
import { goOn } from './access/sign-in-routes.ts';
import { visitorOf } from './access/visitor.ts';
import type { DashboardPorts } from './dashboard-ports.ts';
import { csv } from './shell/csv.ts';
import { pageDocument } from './shell/document.ts';
import type { AnyPage } from './shell/page.ts';
import { pageHeaders } from './shell/page-headers.ts';

const CHANGES_EVERY_MS = 2000;
const ENDING = /\.(json|csv)$/;

/**
 * The routes of a page: itself, `.json` and `.csv` beside it, and, where a browser asks its address for events, a stream that
 * says when its data has changed.
 */
export function pageRoutes(page: AnyPage, ports: DashboardPorts): Hono {
  const app = new Hono();
  const data = page.dataPath ?? page.path;
  // A parameter at the end matches its endings as well.
  const endings = /:[^/]*$/.test(page.path) ? [] : [`${data}.json`, `${data}.csv`];
  for (const path of [page.path, ...endings])
    app.get(path, pageHeaders, (context) => answerPage(context, page, ports));
  return app;
}

async function answerPage(context: Context, page: AnyPage, ports: DashboardPorts): Promise<Response> {
  const { req } = context;
  const form = ENDING.exec(req.path)?.[1];
  const visitor = await visitorOf(context, ports.tokens);
  if (!visitor && !(await bringsToken(context, ports))) return refuseStranger(context, form, ports);
  const asked = parse(page, context);
  if (form === undefined && req.header('Accept')?.includes('text/event-stream'))
    return tellChanges(context, () => page.read(asked.params, asked.query, ports), ports);
  const data = await page.read(asked.params, asked.query, ports);
  context.header('Cache-Control', 'private, no-cache'); // keep it, ask with its ETag
  if (form === 'json') return versioned(context, JSON.stringify(data), 'application/json');
  if (form === 'csv') return versioned(context, csv(page.table(data)), 'text/csv; charset=utf-8');
  const csrf = visitor?.scope === 'write' ? visitor.csrf : undefined;
  const view = page.view(data, { query: asked.query, path: req.path, csrf });
  const { search } = new URL(req.url);
  const place = { path: page.dataPath ?? req.path, search, session: visitor?.csrf };
  return versioned(context, String(await pageDocument(view, place)), 'text/html; charset=utf-8');
}

async function bringsToken(context: Context, { tokens }: DashboardPorts): Promise<boolean> {
  const token = bearerToken(context.req.header('Authorization'));
  return token !== undefined && (await tokens(sha256Hex(token))) !== undefined;
}

/** Nobody without a token sees anything. Browsers are told how to get one, programs as the API tells them. */
function refuseStranger(context: Context, form: string | undefined, { sessions }: DashboardPorts) {
  const { req } = context;
  const { pathname, search } = new URL(req.url);
  if (form !== undefined || !req.header('Accept')?.includes('text/html')) {
    const message = 'Send a token as Authorization: Bearer TOKEN, or sign in with a browser.';
    throw new KnownError('token-missing', message);
  }
  // Whoever comes from elsewhere may be signed in all the same: see `goOnPage`.
  if (req.header('Sec-Fetch-Site') === 'cross-site') return goOn(context, `${pathname}${search}`);
  const problem = 'The pages show runs and evaluations to whoever has a token.';
  const page = signInPage({ problem, advice: sessions.advice, next: `${pathname}${search}` });
  return context.html(page, 401);
}

/** @throws {KnownError} `request-invalid`, `query-unknown` */
function parse(page: AnyPage, { req }: Context): { readonly params: unknown; readonly query: unknown } {
  const params = Object.entries(req.param()).map(([name, value]) => [name, value.replace(ENDING, '')]);
  const queries = Object.entries(req.queries()).map(([name, values]) => [
    name,
    values.length === 1 ? values[0] : values,
  ]);
  return {
    params: accept(page.params, Object.fromEntries(params), 'request-invalid', 'address'),
    query: accept(page.query, Object.fromEntries(queries), 'query-unknown', 'query'),
  };
}

function accept(
  schema: z.ZodType,
  value: unknown,
  code: 'request-invalid' | 'query-unknown',
  what: string,
): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const told = error.issues.slice(0, 5).map(({ path, message }) => [...path.map(String), message].join(': '));
  throw new KnownError(code, `The ${what} cannot be used: ${told.join('; ')}.`);
}

/** Hashed and sent are the same bytes: a page is a large text of many pieces, which either would put together anew. */
function versioned(context: Context, text: string, type: string): Response {
  const bytes = new TextEncoder().encode(text);
  if (hasVersion(context, entityTag(bytes))) return context.body(null, 304);
  return context.body(bytes, 200, { 'Content-Type': type });
}

/** Says that something has changed, not what: the page is asked for again. */
function tellChanges(context: Context, read: () => Promise<unknown>, { host, log }: DashboardPorts) {
  if (!host.canStream)
    throw new KnownError(
      'streaming-unavailable',
      'This host answers whole responses only. Ask for the page again with its ETag instead.',
    );
  return streamSSE(context, async (stream) => {
    let last = '';
    try {
      while (!stream.aborted) {
        const id = sha256Hex(JSON.stringify(await read()));
        if (id !== last) await stream.writeSSE({ event: 'changed', data: '', id, retry: CHANGES_EVERY_MS });
        last = id;
        await stream.sleep(CHANGES_EVERY_MS);
      }
    } catch (error) {
      log(failureEntry('events-failed', error)); // the answer has begun: who listens connects again
    }
  });
}
