import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '#shared/driver-events.ts';
import { messageOf } from '#shared/errors.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Of the body, as GitHub signs what it sends: `sha256=` and the HMAC in hexadecimal. */
const SIGNATURE_HEADER = 'X-Oneshot-Signature-256';
/** Names the alert, the same at each attempt. */
const DELIVERY_HEADER = 'X-Oneshot-Delivery';

export interface WebhookTimes {
  /** Before the second attempt, the third, and so on: one attempt more than there are pauses. */
  readonly pausesMs: readonly number[];
  /** Of one attempt. */
  readonly patienceMs: number;
  /** What the end of a run waits for the last deliveries. */
  readonly flushMs: number;
}

const TIMES: WebhookTimes = { pausesMs: [1000, 5000, 20_000], patienceMs: 10_000, flushMs: 15_000 };

/** What a receiver is sent, beside the headers. */
export type WebhookBody = Pick<AlertEvent, 'run' | 'rule' | 'level' | 'step' | 'value' | 'detail'> & {
  /** When it was met, RFC 3339: a receiver may refuse what is old. */
  readonly at: string;
};

/**
 * Sends alerts of a run to an address, each signed with a secret, beside training: nothing waits for it, and what cannot be
 * delivered is a warning.
 */
export class AlertWebhook {
  readonly #url: URL;
  readonly #secret: string;
  readonly #warn: (detail: string) => void;
  readonly #times: WebhookTimes;
  readonly #under = new Set<Promise<void>>();
  readonly #over = new AbortController();

  constructor(url: URL, secret: string, warn: (detail: string) => void, times = TIMES) {
    this.#url = url;
    this.#secret = secret;
    this.#warn = warn;
    this.#times = times;
  }

  send({ run, rule, level, step, value, detail }: AlertEvent): void {
    const body: WebhookBody = { run, rule, level, step, value, detail, at: new Date().toISOString() };
    const delivery = this.#deliver(JSON.stringify(body), `${run}/${rule}`)
      .catch((error: unknown) => this.#warn(this.#undelivered(rule, error)))
      .finally(() => this.#under.delete(delivery));
    this.#under.add(delivery);
  }

  /** Waits for what is under way, and no longer than that takes at most. */
  async flush(): Promise<void> {
    if (this.#under.size === 0) return;
    const late = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#under),
      sleep(this.#times.flushMs, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    this.#over.abort(new Error('the run is over'));
    await Promise.allSettled(this.#under);
  }

  async #deliver(body: string, name: string): Promise<void> {
    const { pausesMs } = this.#times;
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#attempt(body, name);
      if (failure === undefined) return;
      const pauseMs = failure.final ? undefined : pausesMs[attempt];
      if (pauseMs === undefined) throw new Error(failure.why);
      await sleep(pauseMs, undefined, { signal: this.#over.signal });
    }
  }

  /** @returns why it failed, and whether to ask again would be in vain; nothing where it was taken */
  async #attempt(
    body: string,
    name: string,
  ): Promise<{ readonly why: string; readonly final: boolean } | undefined> {
    this.#over.signal.throwIfAborted();
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body,
        redirect: 'manual', // to another address nobody has agreed
        headers: {
          'Content-Type': 'application/json',
          [SIGNATURE_HEADER]: signatureOf(body, this.#secret),
          [DELIVERY_HEADER]: name,
        },
        signal: AbortSignal.any([AbortSignal.timeout(this.#times.patienceMs), this.#over.signal]),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      return { why: `it answered ${response.status}`, final: isFinal(response.status) };
    } catch (error) {
      this.#over.signal.throwIfAborted();
      return { why: reasonOf(error), final: false };
    }
  }

  /** Without the path, which may be what gives access. */
  #undelivered(rule: string, error: unknown): string {
    return `the alert ${rule} could not be sent to ${this.#url.origin}: ${messageOf(error)}. Training goes on.`;
  }
}

/** @returns the header's value */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function isFinal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429;
}

/** What lies behind "fetch failed". */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

/** Where alerts go, and with which secret. @throws {UsageError} */
export function webhookTarget(
  url: string,
  env: NodeJS.ProcessEnv,
): { readonly url: URL; readonly secret: string } {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:')
    throw new UsageError('oneshot train', '--alert takes an address such as https://example.org/hook');
  const secret = env['ONESHOT_ALERT_SECRET'];
  if (!secret)
    throw new UsageError(
      'oneshot train',
      '--alert signs what it sends: set ONESHOT_ALERT_SECRET, which the receiver knows as well',
    );
  return { url: parsed, secret };
}
