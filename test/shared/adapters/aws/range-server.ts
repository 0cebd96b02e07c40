import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One object behind S3's way of answering HEAD and GET, with faults. */
export interface RangeServer {
  readonly endpoint: string;
  /** `Range` of every GET so far. */
  readonly ranges: readonly (string | undefined)[];
  close(): void;
}

export interface RangeServerOptions {
  readonly body: Uint8Array;
  /** Told the number of a GET: whether its connection breaks in the middle of the body. */
  readonly breaks?: (request: number) => boolean;
  /** So many GETs must be there before the first is answered. */
  readonly together?: number;
  /** Of one connection; as fast as it can be where none is given. */
  readonly bytesPerSecond?: number;
}

const PIECE_BYTES = 1 << 18;

export async function rangeServer({
  body,
  breaks = () => false,
  together = 1,
  bytesPerSecond,
}: RangeServerOptions): Promise<RangeServer> {
  const ranges: (string | undefined)[] = [];
  const all = Promise.withResolvers<void>();
  const server = createServer(async ({ method, headers: { range } }, response) => {
    if (method === 'HEAD') {
      response.writeHead(200, { 'content-length': body.length }).end();
      return;
    }
    const number = ranges.push(range);
    if (number === together) all.resolve();
    await all.promise;
    const [, start = '0', end = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const part = body.subarray(Number(start), end === '' ? undefined : Number(end) + 1);
    response.writeHead(range === undefined ? 200 : 206, { 'content-length': part.length });
    if (breaks(number)) response.write(part.subarray(0, part.length / 2), () => response.destroy());
    else await send(response, part, bytesPerSecond);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    ranges,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function send(response: ServerResponse, part: Uint8Array, bytesPerSecond?: number): Promise<void> {
  if (bytesPerSecond === undefined) {
    response.end(part);
    return;
  }
  const begun = performance.now();
  for (let sent = 0; sent < part.length; sent += PIECE_BYTES) {
    const due = begun + (sent / bytesPerSecond) * 1000;
    await sleep(Math.max(0, due - performance.now()));
    if (!response.write(part.subarray(sent, sent + PIECE_BYTES))) await once(response, 'drain');
  }
  response.end();
}
