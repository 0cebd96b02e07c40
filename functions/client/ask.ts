import { messageOf } from '#shared/errors.ts';
import { ApiError } from './api-error.ts';

/** A call of the client. */
export interface Asked {
  readonly method: string;
  /** With `{name}` where parameters stand. */
  readonly path: string;
  readonly input: object;
  readonly base: URL;
  readonly token: string | undefined;
  readonly retries: number;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal | undefined;
}

/** Longest that one `Retry-After` is waited for, milliseconds; whoever wants more asks again. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Sends a request, again where the answer says when, and reads the answer.
 *
 * @throws {ApiError} with the code of the problem; `server-unreachable`, `server-answer-invalid`; or the signal's reason
 */
export async function ask(asked: Asked): Promise<unknown> {
  const { url, init } = requestOf(asked);
  for (let left = asked.retries; ; left--) {
    const response = await reach(url, init, asked);
    const waitMs = left > 0 ? retryAfterMs(response) : undefined;
    if (waitMs === undefined) return await answerOf(response, url);
    await response.body?.cancel();
    await sleep(waitMs, asked.signal);
  }
}

/** Parameters go where the path names them, the body into the body, the rest into the query. */
export function requestOf({ method, path, input, base, token, signal }: Asked): {
  url: URL;
  init: RequestInit;
} {
  const { body, ...parameters } = input as Readonly<Record<string, unknown>>;
  const rest = new Map(Object.entries(parameters).filter(([, value]) => value !== undefined));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest.get(name));
    rest.delete(name);
    return encodeURIComponent(value);
  });
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${filled}`;
  for (const [name, value] of rest) url.searchParams.set(name, String(value));
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return { url, init: { ...init, ...(signal && { signal }) } };
}

async function reach(url: URL, init: RequestInit, { fetch, signal }: Asked): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    signal?.throwIfAborted();
    const why = messageOf(cause instanceof Error && cause.cause ? cause.cause : cause);
    const message = `${url.origin} cannot be reached (${why}). See that the address is right and that the server runs.`;
    throw new ApiError('server-unreachable', message, { status: 0, cause });
  }
}

/** When to ask again, from now; nothing where the answer does not say so. */
function retryAfterMs({ status, headers }: Response): number | undefined {
  const after = headers.get('retry-after');
  if ((status !== 429 && status !== 503) || after === null) return undefined;
  const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : undefined;
}

async function answerOf(response: Response, url: URL): Promise<unknown> {
  const { status, ok } = response;
  const answer = await jsonOf(response, url);
  if (ok) return answer;
  const { code, detail, requestId } = answer as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof detail !== 'string') throw unlikely(url, status);
  throw new ApiError(code, detail, { status, ...(typeof requestId === 'string' && { requestId }) });
}

async function jsonOf(response: Response, url: URL): Promise<unknown> {
  try {
    const answer: unknown = JSON.parse(await response.text());
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw unlikely(url, response.status);
}

/** Somebody else has answered, such as a proxy. */
function unlikely(url: URL, status: number): ApiError {
  const message = `${url.origin} has answered ${url.pathname} with ${status} and not as the API of oneshot does. See that the address is right.`;
  return new ApiError('server-answer-invalid', message, { status });
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
