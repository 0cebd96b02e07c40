import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError, messageOf } from '../../errors.ts';
import type { Patience } from '../download/download.ts';
import { type HubName, hubRefusal } from './hub-refusal.ts';
import type { HubSettings } from './hub-settings.ts';

/** How a hub is asked. */
export interface HubLine extends Pick<HubSettings, 'endpoint' | 'token'> {
  /** Before each further try of a question. */
  readonly pausesMs: readonly number[];
  /** Of files. */
  readonly patience?: Patience;
}

/** Without a whole answer for so long, a hub counts as gone. */
const ANSWER_MS = 60_000;

/**
 * A `fetch` about one model: it sends the token to the hub and nowhere else, not even where the hub redirects to, and
 * tries again what may pass.
 *
 * @throws {KnownError} what `hubRefusal` makes of an answer, `hub-unavailable`
 */
export function askHub(line: HubLine, name: HubName): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    for (const pauseMs of line.pausesMs) {
      const answer = await tryOnce(line, url, init).catch((error: unknown) => error);
      if (answer instanceof Response && !isPassing(answer.status)) return answered(line, name, answer);
      await discard(answer);
      await sleep(pauseMs);
    }
    try {
      const answer = await tryOnce(line, url, init);
      if (!isPassing(answer.status)) return answered(line, name, answer);
      await discard(answer);
      throw new Error(`it answered ${answer.status}`);
    } catch (cause) {
      throw cause instanceof KnownError ? cause : hubGone(line, cause);
    }
  };
}

/** What says who asks; of `headers`. */
export function authorization({ token }: Pick<HubLine, 'token'>): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** One request, without another try. Redirects are followed; to another host they carry no token. @throws where there is no answer */
function tryOnce(line: HubLine, url: URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (url.origin === new URL(line.endpoint).origin)
    for (const [name, value] of Object.entries(authorization(line))) headers.set(name, value);
  return fetch(url, { ...init, headers, signal: AbortSignal.timeout(ANSWER_MS) });
}

/** Too many requests, or a fault of the server's: it may be over in a moment. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function hubGone({ endpoint }: HubLine, cause: unknown): KnownError {
  return new KnownError(
    'hub-unavailable',
    `${endpoint} cannot be reached (${reasonOf(cause)}). Check the network, and HF_ENDPOINT where it is set; then run ` +
      'the command again, which goes on where it stopped.',
    { cause },
  );
}

async function answered(line: HubLine, name: HubName, answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  await discard(answer);
  throw hubRefusal({ status: answer.status, errorCode: answer.headers.get('x-error-code') }, name, line);
}

/** An answer that nobody reads would hold its connection. */
async function discard(answer: unknown): Promise<void> {
  if (answer instanceof Response) await answer.body?.cancel().catch(() => {});
}

/** `fetch failed` alone says nothing: the reason is its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  return messageOf(cause instanceof Error && cause.message !== '' ? cause : error);
}
