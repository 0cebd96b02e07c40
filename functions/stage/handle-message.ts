import type { Hono } from 'hono';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { TurnTelemetry } from '#shared/records/telemetry.ts';
import { keys } from '#shared/storage/keys.ts';

/** The end of one delivery: `done` and `rejected` leave the queue, `failed` is tried again. */
export type Handled =
  | {
      readonly kind: 'done';
      readonly message: Message;
      readonly seconds: number;
      /** Where it was a turn of a shard. */
      readonly turn: TurnTelemetry | undefined;
    }
  | { readonly kind: 'rejected'; readonly body: string }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly detail: string;
      /** Absent where no schema accepts the body and the store could not keep it. */
      readonly message: Message | undefined;
    };

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
  const message = Message.safeParse(jsonOrUndefined(body)).data;
  try {
    if (!message) return await reject(body, store);
    const headers = { 'content-type': 'application/json' };
    const response = await app.request('/', { method: 'POST', headers, body });
    if (response.ok) {
      const seconds = (performance.now() - start) / 1000;
      return { kind: 'done', message, seconds, turn: TurnTelemetry.safeParse(await response.json()).data };
    }
    if (response.status === 400) return await reject(body, store); // a message of another stage
    const { code, message: detail } = (await response.json()) as { code: string; message: string }; // see stage.ts
    return { kind: 'failed', code, detail, message };
  } catch (error) {
    const code = error instanceof KnownError ? error.code : 'defect';
    return { kind: 'failed', code, detail: messageOf(error), message };
  }
}

async function reject(body: string, store: ObjectStore): Promise<Handled> {
  await store.putOnce(keys.dead(sha256Hex(body)), new TextEncoder().encode(body));
  return { kind: 'rejected', body };
}

/**
 * The line of a log about a message, with the evaluation, round and shard or the run and step that it names.
 *
 * @param receives - deliveries so far
 */
export function handledEntry(handled: Handled, receives: number): LogEntry {
  switch (handled.kind) {
    case 'done': {
      const { message, seconds } = handled;
      return { level: 'info', event: 'message-handled', ...namesIn(message), seconds, receives };
    }
    case 'rejected':
      return { level: 'error', event: 'message-invalid', body: handled.body.slice(0, 1000) };
    case 'failed': {
      const { code, detail, message } = handled;
      return {
        ...{ level: 'error', event: 'message-failed', code, detail },
        ...(message && namesIn(message)),
        receives,
      };
    }
    default:
      return handled satisfies never;
  }
}

function namesIn({ schemaVersion: _, ...names }: Message): Readonly<Record<string, string | number>> {
  return names;
}
