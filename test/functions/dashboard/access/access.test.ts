import { beforeAll, describe, expect, it } from 'vitest';
import { ownPath } from '#functions/dashboard/access/sign-in-routes.ts';
import { newToken } from '#functions/tokens/new-token.ts';
import { revokeToken } from '#functions/tokens/stored-tokens.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { pageCases } from '../page-cases.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

let world: PagesWorld;
let evaluations: readonly string[];
beforeAll(async () => {
  world = await PagesWorld.create(null);
  evaluations = await world.putRun('a');
});

describe.each(pageCases)('$declared', ({ addresses }) => {
  it('lets no browser in without a token, and says how to get one', async () => {
    const [address = ''] = addresses(evaluations);
    const { status, text } = await world.get(address);
    expect(status).toBe(401);
    expect(text).toContain('oneshot token create');
    expect(text.replaceAll(/name="next" value="[^"]*"/g, '')).not.toContain('sums');
  });

  it('answers programs without a token as the API does', async () => {
    const [address = ''] = addresses(evaluations);
    const { status, headers, text } = await world.get(address, { accept: '*/*' });
    expect([status, headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    expect(JSON.parse(text).code).toBe('token-missing');
  });

  it('is for programs with a token too', async () => {
    const token = await world.api.token('read');
    const [address = ''] = addresses(evaluations);
    expect((await world.get(address, { authorization: `Bearer ${token}` })).status).toBe(200);
    const unknown = await world.get(address, { authorization: `Bearer ${newToken().token}` });
    expect(unknown.status).toBe(401);
  });

  it('runs no script but ours, loads nothing from elsewhere and is shown in no frame', async () => {
    const token = await world.api.token('read');
    const [address = ''] = addresses(evaluations);
    const { headers } = await world.get(address, { authorization: `Bearer ${token}` });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('is not sent twice to who has it already', async () => {
    const authorization = `Bearer ${await world.api.token('read')}`;
    const [address = ''] = addresses(evaluations);
    const { headers } = await world.get(address, { authorization });
    const again = await world.get(address, { authorization, 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('signing in', () => {
  it('keeps a session that no script and no other site gets', async () => {
    const own = await PagesWorld.create(null);
    const answer = await own.signIn(await own.api.token('read'));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const cookie = answer.headers.get('set-cookie') ?? '';
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
    expect((await own.get('/')).status).toBe(200);
  });

  it('binds the session to this host where there is HTTPS', async () => {
    const token = await world.api.token('read');
    const { headers } = await world.send(
      'https://pages.example/sign-in',
      { token },
      { origin: 'https://pages.example' },
    );
    expect(headers.get('set-cookie')).toMatch(/^__Host-oneshot=[^;]+;.*Secure/);
  });

  it('refuses a token that is not known', async () => {
    const { status, headers } = await world.send('/sign-in', { token: newToken().token });
    expect([status, headers.get('set-cookie')]).toEqual([401, null]);
    expect((await world.send('/sign-in', {})).status).toBe(401);
  });

  it('refuses a form of another site', async () => {
    const token = await world.api.token('read');
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await world.send('/sign-in', { token }, headers)).status).toBe(403);
  });

  it('ends with the revocation of the token, at once', async () => {
    const own = await PagesWorld.create(null);
    const token = await own.api.token('read');
    await own.signIn(token);
    await revokeToken(own.api.world.store, sha256Hex(token));
    expect((await own.get('/')).status).toBe(401);
  });

  it('ends when the browser signs out, with a form of its own', async () => {
    const own = await PagesWorld.create('read');
    expect((await own.send('/sign-out', { csrf: 'x' })).status).toBe(403);
    const csrf =
      (await own.document('/')).querySelector('form[action="/sign-out"] input')?.getAttribute('value') ?? '';
    const { status, headers } = await own.send('/sign-out', { csrf });
    expect(status).toBe(303);
    expect(headers.get('set-cookie')).toMatch(/=;.*Max-Age=0/);
  });

  it('sees whoever comes from another site again from here, where the cookie comes along', async () => {
    const { status, headers, text } = await world.get(`/runs/${RUN}?x=tokens`, {
      'sec-fetch-site': 'cross-site',
    });
    expect([status, headers.get('refresh')]).toEqual([200, `0; url=/runs/${RUN}?x=tokens`]);
    expect(text).not.toContain('sums');
    expect((await world.get(`/runs/${RUN}`, { 'sec-fetch-site': 'same-origin' })).status).toBe(401);
  });
});

describe('ownPath', () => {
  it.each(['/', '/runs/r?x=tokens', '/evaluations'])('leads on to %s', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  it.each([
    undefined,
    '',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    'runs',
  ])('leads from %j to the first page', (path) => {
    expect(ownPath(path)).toBe('/');
  });
});

describe('buttons', () => {
  it('are there for who may write, and need a form of their own', async () => {
    const own = await PagesWorld.create('write');
    const [first = ''] = await own.putRun('a');
    const path = `/evaluations/${first}/retry`;
    expect((await own.send(path, { csrf: '0'.repeat(64) })).status).toBe(403);
    expect((await own.send(path, {})).status).toBe(403);
    const csrf = sha256Hex(`oneshot form ${own.cookie?.split('=')[1]}`);
    const answer = await own.send(path, { csrf });
    expect(answer.status).toBe(409); // nothing failed: the API was asked
    expect(answer.text).toContain('nothing-failed');
    expect((await own.send(path, { csrf }, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('are not for readers', async () => {
    const own = await PagesWorld.create('read');
    const csrf = sha256Hex(`oneshot form ${own.cookie?.split('=')[1]}`);
    const { status, text } = await own.send(`/evaluations/${evaluations[0]}/retry`, { csrf });
    expect(status).toBe(403);
    expect(text).toContain('scope-insufficient');
  });
});
