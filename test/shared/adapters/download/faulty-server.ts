import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** How one request is answered. `whole` and `cut` know ranges; `cut` breaks off after so many bytes of the body. */
export type Turn =
  | { readonly kind: 'whole' }
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'deaf' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface FaultyServer {
  readonly url: string;
  readonly asked: readonly IncomingMessage['headers'][];
  /** The file from now on. */
  serve(body: Buffer, etag: string | null): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server of one file. @param turns - one for each request; `whole` after the last */
export async function faultyServer(
  body: Buffer,
  turns: readonly Turn[] = [],
  etag: string | null = '"v1"',
): Promise<FaultyServer> {
  let file: { readonly body: Buffer; readonly etag: string | null } = { body, etag };
  const asked: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const turn = turns[asked.push(request.headers) - 1] ?? { kind: 'whole' };
    answer(request, response, turn, file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/file`,
    asked,
    serve: (body, etag) => {
      file = { body, etag };
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  { headers }: IncomingMessage,
  response: ServerResponse,
  turn: Turn,
  { body, etag }: { readonly body: Buffer; readonly etag: string | null },
): void {
  if (turn.kind === 'reset') {
    response.destroy();
    return;
  }
  if (turn.kind === 'status') {
    response.writeHead(turn.status, turn.headers).end('as scripted');
    return;
  }
  const asked = turn.kind !== 'deaf' && (headers['if-range'] ?? etag) === etag ? headers.range : undefined;
  const from = Number(/^bytes=(\d+)-$/.exec(asked ?? '')?.[1] ?? 0);
  if (from > 0 && from >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const rest = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': rest.length,
    ...(etag !== null && { etag }),
    ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  if (turn.kind === 'cut' && turn.after < rest.length)
    response.write(rest.subarray(0, turn.after), () => response.destroy());
  else response.end(rest);
}
