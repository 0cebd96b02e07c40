import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** How one request is answered. All but `deaf` know ranges; `cut` breaks off, `hold` falls silent after so many bytes. */
export type Turn =
  | { readonly kind: 'whole' }
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'hold'; readonly after: number }
  | { readonly kind: 'deaf' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface FaultyServer {
  readonly origin: string;
  /** Of a file, where the server has only one. */
  readonly url: string;
  readonly asked: readonly IncomingMessage['headers'][];
  /** The file from now on. */
  serve(content: Content, etag: string | null): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One file, or files by their paths. */
export type Content = Buffer | ((path: string) => Buffer | undefined);

/** A server of files. @param turns - one for each request; `whole` after the last */
export async function faultyServer(
  content: Content,
  turns: readonly Turn[] = [],
  etag: string | null = '"v1"',
): Promise<FaultyServer> {
  let served: { readonly content: Content; readonly etag: string | null } = { content, etag };
  const asked: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const turn = turns[asked.push(request.headers) - 1] ?? { kind: 'whole' };
    const { content, etag } = served;
    const body = Buffer.isBuffer(content) ? content : content(request.url ?? '');
    if (body) answer(request, response, turn, { body, etag });
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    origin,
    url: `${origin}/file`,
    asked,
    serve: (content, etag) => {
      served = { content, etag };
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
  if (turn.kind === 'hold') response.write(rest.subarray(0, turn.after));
  else if (turn.kind === 'cut' && turn.after < rest.length)
    response.write(rest.subarray(0, turn.after), () => response.destroy());
  else response.end(rest);
}
