import type { IncomingMessage } from 'node:http';
import { KnownError } from '#shared/errors.ts';

/** The port that browsers leave out of `Host`. */
const HTTP_PORT = 80;
const READING: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);
/** Values of `Sec-Fetch-Site` for requests that no other site has caused. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Whether a request is not meant for this server, or comes from a page of another one. Whoever runs a site can have its
 * name resolve to 127.0.0.1, and a browser here then takes this server for a part of that site; but it says the name.
 *
 * @param port - that the server listens on
 * @returns `host-invalid`, `host-unknown`, `origin-foreign`, or `undefined` where nothing is wrong
 */
export function refuseForeign(
  { method, headersDistinct: headers }: Pick<IncomingMessage, 'method' | 'headersDistinct'>,
  port: number,
): KnownError | undefined {
  const names = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) =>
    port === HTTP_PORT ? [name, `${name}:${port}`] : `${name}:${port}`,
  );
  const [host, ...others] = headers['host'] ?? [];
  if (host === undefined || others.length > 0)
    return new KnownError('host-invalid', 'Send one Host header, the address of this server.');
  if (!names.includes(host.toLowerCase())) {
    const message = `This server is ${names.join(', ')} and not what Host says. Ask it by one of these names.`;
    return new KnownError('host-unknown', message);
  }
  if (READING.has(method)) return undefined;
  const origins = names.map((name) => `http://${name}`);
  if (
    (headers['origin'] ?? []).every((origin) => origins.includes(origin.toLowerCase())) &&
    (headers['sec-fetch-site'] ?? []).every((site) => OWN_SITES.has(site))
  )
    return undefined;
  const message =
    'A page of another site may not change anything here. Send the request from a program, or from a page of this server.';
  return new KnownError('origin-foreign', message);
}
