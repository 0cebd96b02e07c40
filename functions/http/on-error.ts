import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { KnownError } from '#shared/errors.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import type { ApiVariables } from './api-variables.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** When a client may ask again that had too much under way, or met an outage. */
const RETRY_SECONDS: Readonly<Record<number, string>> = { 429: '1', 503: '5' };

/** Turns whatever was thrown into a problem document, here and nowhere else. Faults of ours are told to the log alone. */
export function onError(log: (entry: LogEntry) => void): ErrorHandler<ApiVariables> {
  return (error, context) => {
    const problem = problemOfError(error, context, log);
    const { status } = problem;
    const requestId = context.get('requestId');
    if (status === 401) context.header('WWW-Authenticate', 'Bearer');
    const retryAfter = RETRY_SECONDS[status];
    if (retryAfter !== undefined) context.header('Retry-After', retryAfter);
    return context.body(JSON.stringify({ ...problem, requestId }), status, { 'Content-Type': PROBLEM_TYPE });
  };
}

/** The problem that something thrown is to whoever asked. A fault of ours is told to the log. */
export function problemOfError(
  error: unknown,
  context: Context,
  log: (entry: LogEntry) => void,
): ReturnType<typeof problemOf> {
  const { method, path, raw } = context.req;
  const requestId: string | undefined = context.get('requestId');
  const { code, detail } = raw.signal.aborted ? GONE : explain(error);
  const problem = problemOf(code, detail);
  if (problem.status >= 500)
    log({ ...failureEntry('request-failed', error), method, path, ...(requestId && { requestId }) });
  return problem;
}

interface Told {
  readonly code: KnownError['code'];
  readonly detail: string;
}

/** Nobody reads it: whatever failed when the client went away is no fault of ours. */
const GONE: Told = { code: 'client-gone', detail: 'The client closed the connection.' };

function explain(error: unknown): Told {
  if (error instanceof KnownError) return { code: error.code, detail: error.message };
  if (error instanceof HTTPException && error.status === 400)
    return { code: 'json-invalid', detail: 'The body is no JSON. Send one JSON value in UTF-8.' };
  if (error instanceof HTTPException && error.status === 415)
    return { code: 'media-type-unsupported', detail: 'Send the body as Content-Type: application/json.' };
  return { code: 'defect', detail: '' };
}
