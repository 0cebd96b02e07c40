import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { KnownError } from '#shared/errors.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { PROBLEM_TYPE, type Problem } from './problem.ts';
import { statusOf } from './status-of.ts';
import { titles } from './titles.ts';

const LONGEST_DETAIL = 1000;

/** Turns whatever was thrown into a problem document, here and nowhere else. Faults of ours are told to the log alone. */
export function onError(log: (entry: LogEntry) => void): ErrorHandler {
  return (error, context) => {
    const { code, detail } = explain(error);
    const status = statusOf(code);
    if (status >= 500)
      log({ ...failureEntry('request-failed', error), method: context.req.method, path: context.req.path });
    if (status === 401) context.header('WWW-Authenticate', 'Bearer');
    return context.body(JSON.stringify(problem(status, code, detail)), status, {
      'Content-Type': PROBLEM_TYPE,
    });
  };
}

function problem(status: ContentfulStatusCode, code: string, detail: string): Problem {
  const told = status === 500 ? 'Something failed that should not; the log of the API says what.' : detail;
  const title = titles[status] ?? 'Error';
  return { type: 'about:blank', title, status, code, detail: told.slice(0, LONGEST_DETAIL) };
}

function explain(error: unknown): { readonly code: string; readonly detail: string } {
  if (error instanceof KnownError) return { code: error.code, detail: error.message };
  if (error instanceof HTTPException && error.status === 400)
    return { code: 'json-invalid', detail: 'The body is no JSON. Send one JSON value in UTF-8.' };
  if (error instanceof HTTPException && error.status === 415)
    return { code: 'media-type-unsupported', detail: 'Send the body as Content-Type: application/json.' };
  return { code: 'defect', detail: '' };
}
