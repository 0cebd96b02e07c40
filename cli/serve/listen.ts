import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Api } from '#functions/api/app.ts';
import { PROBLEM_TYPE, type Problem, problemOf } from '#functions/http/problem.ts';
import { isCode } from '#shared/adapters/disk/explain-disk-error.ts';
import { KnownError } from '#shared/errors.ts';
import { refuseForeign } from './refuse-foreign.ts';

/** Nobody but this machine may connect. */
const LOOPBACK = '127.0.0.1';
/** Clients of this machine are quick: whoever is not holds a connection for nothing. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  requireHostHeader: false, // `refuseForeign` asks for it
};
/** Open connections at most: far below the 1,024 files that a process may have open by default. */
const MOST_CONNECTIONS = 512;

export interface Listening {
  readonly url: string;
  /** Ends it, open responses included. */
  close(): Promise<void>;
}

/**
 * Serves an app to programs of this machine alone. What never reaches the app is refused as a problem document too.
 *
 * @param port - 0 takes any that is free
 * @throws {KnownError} `port-taken`
 */
export async function listen({ fetch }: Pick<Api, 'fetch'>, port: number): Promise<Listening> {
  const toApp = getRequestListener(fetch, { hostname: LOOPBACK, errorHandler: malformed });
  let known: number | undefined;
  const server = createServer(LIMITS, (incoming, outgoing) => {
    known ??= portOf(server); // asked of the system, which takes as long as a small answer
    const refusal = incoming.url?.startsWith('/') ? refuseForeign(incoming, known) : NO_PATH;
    if (refusal) answer(outgoing, problemOf(refusal.code, refusal.message));
    else void toApp(incoming, outgoing);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('checkExpectation', (_, outgoing: ServerResponse) =>
    answer(outgoing, problemOf('expectation-unsupported', 'Send no Expect header but 100-continue.')),
  );
  server.on('clientError', refuseUnread);
  await bind(server, port);
  return {
    url: `http://${LOOPBACK}:${portOf(server)}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bind(server: Server, port: number): Promise<void> {
  server.listen(port, LOOPBACK);
  await once(server, 'listening').catch((cause: unknown) => {
    if (!isCode(cause, 'EADDRINUSE', 'EACCES')) throw cause;
    const message = `Port ${port} cannot be used. Choose another with --port; --port 0 takes any that is free.`;
    throw new KnownError('port-taken', message, { cause });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port; // it listens on a port
}

function answer(outgoing: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem);
  // The rest of the request is not read.
  outgoing.writeHead(problem.status, { ...headersOf(body), Connection: 'close' }).end(body);
}

/** The answer to a request whose target is no path: one to a proxy, to the server as a whole (`*`), or to nothing. */
const NO_PATH = new KnownError(
  'request-malformed',
  'The request names no path of a URL. Send one, such as /docs.',
);

function malformed(): Response {
  const problem = problemOf(NO_PATH.code, NO_PATH.message);
  const body = JSON.stringify(problem);
  return new Response(body, { status: problem.status, headers: headersOf(body) });
}

/** Answers what could not be read as a request, unless an answer is on its way already. */
function refuseUnread(error: Error, socket: Duplex): void {
  const { status, title, ...rest } = unreadProblem(error);
  const body = JSON.stringify({ ...rest, status, title });
  const headers = Object.entries({ ...headersOf(body), Connection: 'close' });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const begun = '_httpMessage' in socket && socket._httpMessage; // Node's own way to tell
  if (!begun && socket.writable && !isCode(error, 'ECONNRESET'))
    socket.end(`HTTP/1.1 ${status} ${title}\r\n${head}\r\n${body}`);
  else socket.destroy();
}

function unreadProblem(error: Error): Problem {
  if (isCode(error, 'HPE_HEADER_OVERFLOW'))
    return problemOf('headers-too-large', 'The headers are larger than 16 KiB. Send fewer.');
  if (isCode(error, 'ERR_HTTP_REQUEST_TIMEOUT'))
    return problemOf('request-timeout', 'The request took too long to come. Send it at once.');
  return problemOf('request-malformed', 'This is no HTTP request.');
}

function headersOf(body: string): Record<string, string> {
  return {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}
