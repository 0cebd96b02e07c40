import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '#cli/serve/listen.ts';

let listening: Listening;
let port: string;
beforeAll(async () => {
  listening = await listen({ fetch: () => Response.json({ answered: true }) }, 0);
  port = new URL(listening.url).port;
});
afterAll(() => listening.close());

describe('listen', () => {
  it('passes on what is meant for it', async () => {
    expect(await (await fetch(`${listening.url}/x`)).json()).toEqual({ answered: true });
  });

  it.each([
    ['a Host that is not its own', 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421, 'host-unknown'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'host-invalid'],
    ['no Host in the old protocol', 'GET / HTTP/1.0\r\n\r\n', 400, 'host-invalid'],
    [
      'two Hosts',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\n\r\n',
      400,
      'host-invalid',
    ],
    [
      'a page of another site that writes',
      'POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: https://evil.example\r\nContent-Length: 2\r\n\r\n{}',
      403,
      'origin-foreign',
    ],
    [
      'a target that is another server',
      'GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'a target that is no path',
      'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'a backslash in the path',
      'GET /\\..\\x HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n',
      400,
      'request-malformed',
    ],
    ['no HTTP', 'hello\r\n\r\n', 400, 'request-malformed'],
    [
      'a method that nobody knows',
      'HACK / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'a control character in a header',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: a\x01b\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
      'request-malformed',
    ],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
      'request-malformed',
    ],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'an expectation',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nExpect: a-pony\r\n\r\n',
      417,
      'expectation-unsupported',
    ],
  ])('answers %s with a problem document', async (_, text, status, code) => {
    const answer = await exchange(text.replaceAll('PORT', port));
    expect(answer.status).toBe(status);
    expect(answer.head).toContain('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ status, code });
  });
});

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are and reads until the server ends, or its answer is whole. */
async function exchange(text: string): Promise<RawAnswer> {
  const socket = connect(Number(port), '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
    if (received.endsWith('}')) socket.end();
  });
  socket.write(text, 'latin1');
  await once(socket, 'close');
  const [head = '', body = ''] = received.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
}
