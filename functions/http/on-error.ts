import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { KnownError } from '#shared/errors.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** When a client that was refused for having too much under way may ask again. */
const RETRY_SECONDS = '1';

/** Turns whatever was thrown into a problem document, here and nowhere else. Faults of ours are told to the log alone. */
export function onError(log: (entry: LogEntry) => void): ErrorHandler {
  return (error, context) => {
    const { method, path, raw } = context.req;
    const { code, detail } = raw.signal.aborted ? GONE : explain(error);
    const problem = problemOf(code, detail);
    const { status } = problem;
    if (status >= 500) log({ ...failureEntry('request-failed', error), method, path });
    if (status === 401) context.header('WWW-Authenticate', 'Bearer');
    if (status === 429) context.header('Retry-After', RETRY_SECONDS);
    return context.body(JSON.stringify(problem), status, { 'Content-Type': PROBLEM_TYPE });
  };
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
