import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { AlertWebhook, signatureOf, webhookTarget } from '#cli/train/alert-webhook.ts';
import type { AlertEvent } from '#shared/driver-events.ts';

const SECRET = 'a secret';
const alert: AlertEvent = {
  ...{ level: 'warning', event: 'alert', run: 'r', rule: 'entropy-collapsed', step: 41, value: 0.01 },
  detail: 'In steps 41 to 50 the entropy is 0.01 nats a token.',
};
const QUICK = { pausesMs: [1, 1, 1], patienceMs: 5000, flushMs: 5000 };

interface Received {
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A receiver that answers so, one after the other, and then with the last; `null`: it never answers. */
async function receiver(...answers: readonly (number | null)[]): Promise<{ url: URL; received: Received[] }> {
  const received: Received[] = [];
  server = createServer(async (request, response) => {
    received.push({ body: await text(request), headers: request.headers });
    const status = answers[Math.min(received.length, answers.length) - 1];
    if (status === null || status === undefined) return;
    response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('thanks');
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { url: new URL(`http://127.0.0.1:${port}/hook/secret-path`), received };
}

async function sent(url: URL, times = QUICK): Promise<string[]> {
  const warnings: string[] = [];
  const webhook = new AlertWebhook(url, SECRET, (detail) => warnings.push(detail), times);
  webhook.send(alert);
  await webhook.flush();
  return warnings;
}

describe('an alert that is sent', () => {
  it('is JSON that says all of it, signed with the secret', async () => {
    const { url, received } = await receiver(204);
    expect(await sent(url)).toEqual([]);
    const [{ body, headers } = { body: '', headers: {} }] = received;
    const { event: _, ...told } = alert;
    expect(JSON.parse(body)).toEqual({ ...told, at: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-oneshot-signature-256']).toBe(signatureOf(body, SECRET));
    expect(headers['x-oneshot-delivery']).toBe('r/entropy-collapsed');
  });

  it('is sent again after 500 and 429 and when nobody answers, under the same name', async () => {
    const { url, received } = await receiver(500, 429, null, 200);
    expect(await sent(url, { ...QUICK, patienceMs: 100 })).toEqual([]);
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['x-oneshot-delivery'])).size).toBe(1);
  });

  it('is given up after four attempts, with a warning that does not give the path away', async () => {
    const { url, received } = await receiver(503);
    const [warning = '', ...more] = await sent(url);
    expect([received.length, more]).toEqual([4, []]);
    expect(warning).toContain('could not be sent to http://127.0.0.1:');
    expect(warning).toContain('it answered 503');
    expect(warning).not.toContain('secret-path');
  });

  it.each([404, 302])('is not sent again after %i', async (status) => {
    const { url, received } = await receiver(status);
    expect(await sent(url)).toEqual([expect.stringContaining(`it answered ${status}`)]);
    expect(received).toHaveLength(1);
  });

  it('to where nobody listens is a warning', async () => {
    const { url } = await receiver(200);
    server?.close();
    await new Promise((resolve) => server?.once('close', resolve));
    expect(await sent(url)).toEqual([expect.stringContaining('could not be sent')]);
  });

  it('holds nothing up: sending returns at once, and the end of a run waits no longer than it is told', async () => {
    const { url } = await receiver(null);
    expect(await sent(url, { pausesMs: [60_000], patienceMs: 60_000, flushMs: 50 })).toEqual([
      expect.stringContaining('the run is over'),
    ]);
  });
});

describe('the target of alerts', () => {
  it('is an address and the secret of the environment', () => {
    const { url, secret } = webhookTarget('https://example.org/h', { ONESHOT_ALERT_SECRET: 's' });
    expect([url.href, secret]).toEqual(['https://example.org/h', 's']);
  });

  it.each([
    ['ftp://example.org', { ONESHOT_ALERT_SECRET: 's' }, /such as https/],
    ['example.org', { ONESHOT_ALERT_SECRET: 's' }, /such as https/],
    ['https://example.org', {}, /ONESHOT_ALERT_SECRET/],
    ['https://example.org', { ONESHOT_ALERT_SECRET: '' }, /ONESHOT_ALERT_SECRET/],
  ])('is refused: %s', (url, env, why) => {
    expect(() => webhookTarget(url, env)).toThrow(why);
  });
});

it('the signature is the HMAC of RFC 4231, test case 2', () => {
  expect(signatureOf('what do ya want for nothing?', 'Jefe')).toBe(
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});
