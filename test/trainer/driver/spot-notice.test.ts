import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spotNotice } from '#trainer/driver/spot-notice.ts';

const NOTICE = '{"action":"terminate","time":"2026-11-26T00:00:00Z"}';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: string[];
let over: AbortController;
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  answer(request, response);
});

beforeEach(async () => {
  asked = [];
  over = new AbortController();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  over.abort();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A metadata service whose tokens hold for one question each, and that gives notice to question number `at`. */
function service({ at, tokensRunOut }: { at: number; tokensRunOut: boolean }) {
  let tokens = 0;
  let questions = 0;
  let valid = '';
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'PUT') {
      const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (!(ttl > 0 && ttl <= 21_600)) return response.writeHead(400).end();
      valid = `token-${++tokens}`;
      return response.end(valid);
    }
    if (request.headers['x-aws-ec2-metadata-token'] !== valid) return response.writeHead(401).end();
    if (tokensRunOut) valid = '';
    questions += 1;
    return questions < at ? response.writeHead(404).end() : response.end(NOTICE);
  };
}

describe('the notice of a Spot instance', () => {
  it('is asked for with a token until it comes', async () => {
    answer = service({ at: 3, tokensRunOut: false });
    expect(await watch()).toBe(NOTICE);
    const question = 'GET /latest/meta-data/spot/instance-action';
    expect(asked).toEqual(['PUT /latest/api/token', question, question, question]);
  });

  it('comes also when tokens run out', async () => {
    answer = service({ at: 3, tokensRunOut: true });
    expect(await watch()).toBe(NOTICE);
  });

  it('comes also when the service fails now and then', async () => {
    const good = service({ at: 2, tokensRunOut: false });
    let requests = 0;
    answer = (request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else if (requests === 3) response.writeHead(500).end();
      else good(request, response);
    };
    expect(await watch()).toBe(NOTICE);
  });

  it('never comes where there is none, and nobody asks once the watch is over', async () => {
    answer = service({ at: Number.POSITIVE_INFINITY, tokensRunOut: false });
    let came = false;
    void watch().then(() => {
      came = true;
    });
    while (asked.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    over.abort();
    const { length } = asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.length).toBeLessThanOrEqual(length + 1);
    expect(came).toBe(false);
  });
});

function watch(): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return spotNotice({ endpoint: `http://127.0.0.1:${port}`, pollMs: 5, signal: over.signal });
}
