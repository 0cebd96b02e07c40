import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Listening, listen } from '#cli/serve/listen.ts';

/** More than the server holds. */
const MANY = 600;

let listening: Listening;
let port: number;
beforeAll(async () => {
  listening = await listen({ fetch: () => new Response('answered') }, 0);
  port = Number(new URL(listening.url).port);
});
afterAll(() => listening.close());

it('connections that send nothing, or never the end of their headers, are ended and hold nobody up for good', async () => {
  const idle = Array.from({ length: MANY }, () => open());
  await Promise.all(idle.map((socket) => once(socket, 'close')));
  expect(await (await fetch(listening.url)).text()).toBe('answered');
  const slow = open(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `);
  const [answer] = (await once(slow, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 .*"code":"request-timeout"/s);
});

function open(text = ''): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  if (text !== '') socket.write(text);
  return socket;
}
