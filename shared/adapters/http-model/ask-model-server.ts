import { KnownError, messageOf } from '../../errors.ts';
import type { Exchange, HttpAnswer } from '../http/exchange.ts';
import { TransientError } from './transient-error.ts';

/** One request to a server that makes completions. */
export interface ModelServerAsk {
  readonly exchange: Exchange;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent by POST; without it the request is a GET. */
  readonly json?: unknown;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks a model server once.
 *
 * @param refusal - the error of a status that another try would not mend; `detail` is the status and what came with it
 * @returns the body of a good answer
 * @throws {TransientError} where another try may mend it
 * @throws {KnownError} `endpoint-answer-too-long`, and what `refusal` gives
 */
export async function askModelServer(
  { exchange, url, headers = {}, json, maxBytes, timeoutMs, signal }: ModelServerAsk,
  refusal: (answer: HttpAnswer, detail: string) => KnownError,
): Promise<string> {
  const method = json === undefined ? 'GET' : 'POST';
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const request = { method, url, headers, json, maxBytes, signal: limited } as const;
  const answer = await exchange(request).catch((error: unknown): never => {
    if (error instanceof KnownError) throw error;
    throw new TransientError(messageOf(error), { cause: error });
  });
  const { status, body } = answer;
  if (status === 200) return body;
  const detail = `${status} ${body.slice(0, 500)}`;
  if (status === 408 || status === 429 || status >= 500) throw new TransientError(detail);
  throw refusal(answer, detail);
}
