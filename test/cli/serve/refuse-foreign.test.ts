import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseForeign } from '#cli/serve/refuse-foreign.ts';

const PORT = 8642;
const HOST = `127.0.0.1:${PORT}`;

describe('refuseForeign', () => {
  it.each([HOST, `localhost:${PORT}`, `LOCALHOST:${PORT}`, `[::1]:${PORT}`])(
    'knows this server as %s',
    (host) => {
      expect(code('GET', { host: [host] })).toBeUndefined();
    },
  );

  it.each([
    'evil.example',
    `evil.example:${PORT}`,
    'localhost',
    '127.0.0.1',
    'localhost:8643',
    `localhost.:${PORT}`,
    `localhost.evil.example:${PORT}`,
    `127.0.0.1.evil.example:${PORT}`,
    `127.0.0.2:${PORT}`,
    `0.0.0.0:${PORT}`,
    `127.1:${PORT}`,
    `2130706433:${PORT}`,
    `user@127.0.0.1:${PORT}`,
    `::1:${PORT}`,
    `${HOST}, evil.example`,
    '',
  ])('does not take %j for its name', (host) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'])
      expect(code(method, { host: [host] })).toBe('host-unknown');
  });

  it('refuses every other name that there may be', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        fc.nat(65535),
        (name, port) => {
          const host = `${name}:${port}`;
          fc.pre(!/^(localhost|127\.0\.0\.1|\[::1\]):8642$/.test(host));
          expect(code('GET', { host: [host] })).toBe('host-unknown');
        },
      ),
    );
  });

  it('needs one name, and no second one', () => {
    expect(code('GET', {})).toBe('host-invalid');
    expect(code('GET', { host: [HOST, 'evil.example'] })).toBe('host-invalid');
    expect(code('GET', { host: [HOST, HOST] })).toBe('host-invalid');
  });

  it('knows its name without the port that browsers leave out', () => {
    expect(code('GET', { host: ['localhost'] }, 80)).toBeUndefined();
    expect(code('GET', { host: ['localhost:80'] }, 80)).toBeUndefined();
  });

  it.each<[string, Record<string, string[]>]>([
    ['another origin', { origin: ['https://evil.example'] }],
    ['another port of this machine', { origin: ['http://localhost:3000'] }],
    ['another scheme', { origin: [`https://localhost:${PORT}`] }],
    ['an origin that hides', { origin: ['null'] }],
    ['an origin that only begins as ours', { origin: [`http://localhost:${PORT}.evil.example`] }],
    ['two origins', { origin: [`http://${HOST}`, 'https://evil.example'] }],
    ['another site', { 'sec-fetch-site': ['cross-site'] }],
    ['a site beside this one', { 'sec-fetch-site': ['same-site'] }],
    ['our origin from another site', { origin: [`http://${HOST}`], 'sec-fetch-site': ['cross-site'] }],
  ])('lets no page write that has %s', (_, headers) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect(code(method, { host: [HOST], ...headers })).toBe('origin-foreign');
    expect(code('GET', { host: [HOST], ...headers })).toBeUndefined();
  });

  it('lets programs and its own pages write', () => {
    expect(code('POST', { host: [HOST] })).toBeUndefined();
    for (const site of ['same-origin', 'none'])
      expect(
        code('POST', { host: [HOST], origin: [`http://localhost:${PORT}`], 'sec-fetch-site': [site] }),
      ).toBeUndefined();
  });
});

function code(method: string, headersDistinct: Record<string, string[]>, port = PORT): string | undefined {
  return refuseForeign({ method, headersDistinct }, port)?.code;
}
