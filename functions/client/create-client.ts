/**
 * A client of the HTTP API: a method for each of its operations, typed by what the routes say of themselves (`api-types.ts`).
 * It needs `fetch` and nothing else. `ask.ts` sends a request until it has an answer, `api-error.ts` is what that may
 * fail with, `each-item.ts` goes through the pages of a list. Imports no other room.
 */
import { type Operations, routes } from './api-types.ts';
import { ask } from './ask.ts';
import type { Call, CallOptions } from './call.ts';

// biome-ignore lint/performance/noBarrelFile: what the package exports under one name
export { ApiError } from './api-error.ts';
export type * from './api-types.ts';
export type { Call, CallOptions } from './call.ts';
export { eachItem } from './each-item.ts';

export interface ClientSettings {
  /** Where the API is, such as `http://127.0.0.1:8642`. */
  readonly url: string | URL;
  /** Of the scope `read` or `write`; `oneshot token create` makes one. */
  readonly token?: string | undefined;
  /** How often a request is sent again that was answered with 429 or 503 and `Retry-After`; 3 by default. */
  readonly retries?: number | undefined;
  /** Instead of the platform's own. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export type Client = {
  readonly [Name in keyof Operations]: Call<Operations[Name]['input'], Operations[Name]['output']>;
};

const RETRIES = 3;

/** Makes a client; nothing is sent before one of its methods is called, each of which rejects with an `ApiError`. */
export function createClient({
  url,
  token,
  retries = RETRIES,
  fetch = globalThis.fetch,
}: ClientSettings): Client {
  const base = new URL(url);
  const calls = Object.entries(routes).map(([name, { method, path }]) => {
    const call = (input: object = {}, { signal }: CallOptions = {}) =>
      ask({ method, path, input, base, token, retries, fetch, signal });
    return [name, call] as const;
  });
  return Object.fromEntries(calls) as unknown as Client; // a call for each route, as the type has it
}
