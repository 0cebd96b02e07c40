import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Api } from '#functions/api/app.ts';
import { isCode } from '#shared/adapters/local/explain-disk-error.ts';
import { KnownError } from '#shared/errors.ts';

/** Nobody but this machine may connect. */
const LOOPBACK = '127.0.0.1';

export interface Listening {
  readonly url: string;
  /** Ends it, open responses included. */
  close(): Promise<void>;
}

/**
 * Serves an app on this machine alone.
 *
 * @param port - 0 takes any that is free
 * @throws {KnownError} `port-taken`
 */
export async function listen({ fetch }: Pick<Api, 'fetch'>, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch, hostname: LOOPBACK }) as Server; // without TLS it is one
  server.listen(port, LOOPBACK);
  await once(server, 'listening').catch((cause: unknown) => {
    if (!isCode(cause, 'EADDRINUSE', 'EACCES')) throw cause;
    const message = `Port ${port} cannot be used. Choose another with --port; --port 0 takes any that is free.`;
    throw new KnownError('port-taken', message, { cause });
  });
  const { port: taken } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://${LOOPBACK}:${taken}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
