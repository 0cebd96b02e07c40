import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PassThrough } from 'node:stream';
import { KnownError, messageOf } from '../../errors.ts';
import { PassingError } from './passing-error.ts';

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** A connection on which nothing comes for so long is as good as broken. */
const SILENCE_MS = 60_000;

export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Throws a `PassingError` where the connection breaks off, behind all that came before. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection. */
  close(): void;
}

/**
 * Asks for a file and follows redirects, from `http:` to `https:` but never back, and to no other scheme. What
 * authorizes for one host is told to no other.
 *
 * @returns the first answer that is no redirect; to be closed
 * @throws {KnownError} `download-refused`
 * @throws {PassingError} where there is no answer
 */
export async function openAnswer({ url, headers, signal }: Question): Promise<Answer> {
  let at = new URL(url);
  let allowed = headers;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await ask(at, allowed, signal);
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || location === undefined) return answer;
    answer.close();
    const next = URL.parse(location, at.href);
    if (next === null)
      throw new KnownError('download-refused', `${url} sends to ${location}, which is no address.`);
    if (next.protocol !== 'https:' && next.protocol !== at.protocol)
      throw new KnownError(
        'download-refused',
        `${url} sends to ${next.origin}, whose scheme is less safe. Check the address.`,
      );
    if (next.host !== at.host) allowed = withoutSecrets(allowed);
    at = next;
  }
  throw new KnownError(
    'download-refused',
    `${url} sends elsewhere more than ${MOST_REDIRECTS} times. Check the address.`,
  );
}

function ask(url: URL, headers: Question['headers'], signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = { headers, agent: false, ...(signal && { signal }) };
    const sent = send(url, options, (message) => resolve(answerOf(message)));
    sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error(`nothing came for ${SILENCE_MS / 1000} s`)));
    sent.on('error', (error) => reject(new PassingError(messageOf(error))));
    sent.end();
  });
}

/** A message that breaks off forgets what nobody has read of it, so all of it is taken at once. */
function answerOf(message: IncomingMessage): Answer {
  const taken = message.pipe(new PassThrough());
  let broken: Error | undefined;
  message.on('error', (error) => {
    broken = error;
    taken.end();
  });
  const body = async function* () {
    // No encoding is set.
    for await (const chunk of taken) yield chunk as Uint8Array;
    if (broken) throw new PassingError(`the connection broke off (${messageOf(broken)})`);
  };
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body: body(),
    close: () => message.destroy(),
  };
}

function withoutSecrets(headers: Question['headers']): Question['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !['authorization', 'cookie'].includes(name.toLowerCase())),
  );
}
