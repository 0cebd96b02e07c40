import { describe, expect, it } from 'vitest';
import { newToken } from '#functions/tokens/new-token.ts';
import { createToken, listTokens, revokeToken } from '#functions/tokens/stored-tokens.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { keys } from '#shared/storage/keys.ts';
import { ApiWorld } from './api-world.ts';

const ID = 'q'.repeat(26);
const OPEN = ['/healthz', '/openapi.json', '/docs'];
const READING: [string, string][] = [
  ['GET', '/v1/evaluations'],
  ['GET', `/v1/evaluations/${ID}`],
  ['GET', `/v1/evaluations/${ID}/samples`],
  ['GET', `/v1/evaluations/${ID}/samples/sums/1/0`],
  ['GET', `/v1/evaluations/${ID}/compare/${ID}`],
  ['GET', `/v1/evaluations/${ID}/events`],
  ['GET', '/v1/runs'],
  ['GET', '/v1/runs/r'],
  ['GET', '/v1/runs/r/steps'],
  ['GET', '/v1/runs/r/steps/1/rollouts'],
  ['GET', '/v1/runs/r/cost'],
  ['GET', '/v1/runs/r/problems/sums/1'],
  ['POST', '/v1/verify'],
];
const WRITING: [string, string][] = [
  ['POST', '/v1/evaluations'],
  ['POST', `/v1/evaluations/${ID}/retry`],
  ['POST', `/v1/evaluations/${ID}/cancel`],
];

describe('access', () => {
  it.each(OPEN)('%s needs no token', async (path) => {
    const api = await ApiWorld.create();
    expect((await api.get(path, { token: null })).status).toBe(200);
  });

  it.each([...READING, ...WRITING])('%s %s lets nobody in without a token', async (method, path) => {
    const api = await ApiWorld.create();
    const { status, headers, body } = await api.ask(method, path, { token: null });
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'token-missing', 'Bearer']);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([...READING, ...WRITING])('%s %s does not know a foreign token', async (method, path) => {
    const api = await ApiWorld.create();
    const { status, body } = await api.ask(method, path, { token: newToken().token });
    expect([status, body.code]).toEqual([401, 'token-unknown']);
  });

  it.each(READING)('%s %s lets readers in', async (method, path) => {
    const api = await ApiWorld.create();
    const { status } = await api.ask(method, path, { token: await api.token('read') });
    expect([200, 400, 404]).toContain(status);
  });

  it.each(WRITING)('%s %s is not for readers', async (method, path) => {
    const api = await ApiWorld.create();
    const token = await api.token('read');
    const before = await api.world.contents();
    const { status, body } = await api.ask(method, path, { token, json: {} });
    expect([status, body.code]).toEqual([403, 'scope-insufficient']);
    expect(await api.world.contents()).toEqual(before);
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic eDp5', 'Bearer a b', `Bearer ${'x'.repeat(300)}`, 'bearer;x'])(
    'takes %j for no token',
    async (authorization) => {
      const api = await ApiWorld.create();
      const { status, body } = await api.get('/v1/runs', { token: null, headers: { authorization } });
      expect([status, body.code]).toEqual([401, 'token-missing']);
    },
  );

  it('takes a token after any number of spaces', async () => {
    const api = await ApiWorld.create();
    const authorization = `Bearer   ${await api.token('read')}`;
    expect((await api.get('/v1/runs', { token: null, headers: { authorization } })).status).toBe(200);
  });

  it('gives no token a name that a terminal would obey', async () => {
    const api = await ApiWorld.create();
    for (const name of ['', '\u001b[31mred', 'a\r\nb', '\u009b31m', '\u202egnp', 'x'.repeat(101)]) {
      const creating = createToken(api.world.store, { name, scope: 'read', createdAt: 0 });
      await expect(creating).rejects.toMatchObject({ code: 'token-name-invalid' });
    }
    expect(await listTokens(api.world.store)).toHaveLength(1);
  });

  it('does not take the hash of a token, or the key it is stored under, for the token', async () => {
    const api = await ApiWorld.create();
    const hash = sha256Hex(await api.token('write'));
    for (const token of [hash, keys.token(hash)])
      expect((await api.get('/v1/runs', { token })).status).toBe(401);
  });

  it('ends with the revocation of the token, at once', async () => {
    const api = await ApiWorld.create();
    const token = await api.token('read');
    expect((await api.get('/v1/runs', { token })).status).toBe(200);
    await revokeToken(api.world.store, sha256Hex(token));
    expect((await api.get('/v1/runs', { token })).body.code).toBe('token-unknown');
    const listed = await listTokens(api.world.store);
    expect(listed.map(({ revoked }) => revoked).sort()).toEqual([false, true]);
  });

  it('stores no token, only what tells it from others', async () => {
    const api = await ApiWorld.create();
    const token = await api.token('write');
    const stored = JSON.stringify([...(await api.world.contents(keys.prefix.tokens))]);
    expect(stored).toContain(sha256Hex(token));
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(Buffer.from(token).toString('base64').slice(0, 40));
  });

  it('makes tokens of 256 random bits', () => {
    const tokens = Array.from({ length: 50 }, () => newToken().token);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^oneshot_[\w-]{43}$/);
  });
});
