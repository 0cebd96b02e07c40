import type { Hono } from 'hono';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { Message } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';

/** What came of a message: `done` and `rejected` may go, `failed` is to be tried again. */
export type Handled =
  | { readonly kind: 'done'; readonly seconds: number }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'failed'; readonly code: string; readonly detail: string };

export interface Stage {
  readonly app: Hono;
  readonly store: ObjectStore;
}

/**
 * Takes one message through its stage's route, wherever it was received. What no schema accepts is kept under `dead/`
 * for whoever looks and never tried again. Never throws: an error of the store is a reason to try again.
 */
export async function handleMessage(body: string, { app, store }: Stage): Promise<Handled> {
  const start = performance.now();
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await app.request('/', { method: 'POST', headers, body });
    if (response.ok) return { kind: 'done', seconds: (performance.now() - start) / 1000 };
    if (response.status !== 400) {
      const { code, message } = (await response.json()) as { code: string; message: string }; // see stage.ts
      return { kind: 'failed', code, detail: message };
    }
    await store.putOnce(keys.dead(sha256Hex(body)), new TextEncoder().encode(body));
    return { kind: 'rejected' };
  } catch (error) {
    const code = error instanceof KnownError ? error.code : 'defect';
    return { kind: 'failed', code, detail: messageOf(error) };
  }
}

/**
 * How long a shard's stage took, under a name of its own: telemetry is never compared.
 *
 * @param delivery - names this delivery of the message, in any characters
 */
export async function recordTime(
  body: string,
  delivery: string,
  seconds: number,
  store: ObjectStore,
): Promise<void> {
  const message = Message.parse(JSON.parse(body));
  if (!('shard' in message)) return;
  const key = keys.shardTelemetry(message, message.shard, sha256Hex(delivery).slice(0, 32));
  await putObject(store, key, { schemaVersion: 1, type: message.type, seconds });
}

/** The line of a log about a message, with the evaluation, round and shard or the run and step that it names. */
export function handledEntry(handled: Handled, body: string, receives: number): LogEntry {
  switch (handled.kind) {
    case 'done':
      return {
        level: 'info',
        event: 'message-handled',
        ...namesIn(body),
        seconds: handled.seconds,
        receives,
      };
    case 'rejected':
      return { level: 'error', event: 'message-invalid', body: body.slice(0, 1000) };
    case 'failed': {
      const { code, detail } = handled;
      return { level: 'error', event: 'message-failed', code, detail, ...namesIn(body), receives };
    }
    default:
      return handled satisfies never;
  }
}

function namesIn(body: string): Readonly<Record<string, string | number>> {
  const { data } = Message.safeParse(jsonOrUndefined(body));
  if (!data) return {};
  const { schemaVersion: _, ...names } = data;
  return names;
}
