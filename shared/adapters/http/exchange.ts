/**
 * One exchange over HTTP. Not `fetch`, which gives up after 300 s without an answer: a completion of some thousand
 * tokens may take longer. Redirects are answers like any other, so no host is asked that was not named.
 */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { KnownError } from '../../errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** A longer answer is refused before it is held in memory. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>;

/** @throws {KnownError} `endpoint-answer-too-long`; any other error means that there was no whole answer */
export const exchange: Exchange = ({ method, url, headers, json, maxBytes, signal }) =>
  new Promise((resolve, reject) => {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    // A connection of its own: one that is kept may be closed by the server the moment it is used again.
    const options = { method, headers: { ...headers, ...type }, signal, agent: false } as const;
    const sent = send(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      answer.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        chunks.push(chunk);
        if (sizeBytes > maxBytes) answer.destroy(tooLong(url, maxBytes));
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

function tooLong(url: string, maxBytes: number): KnownError {
  return new KnownError(
    'endpoint-answer-too-long',
    `The answer of ${url} is longer than ${maxBytes} bytes. Check that it is a model server.`,
  );
}
