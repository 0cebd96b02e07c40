import { describe, expect, it } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import { ApiWorld, type Asking, wanted } from './api-world.ts';

const ID = 'q'.repeat(26);
const PATHS = [
  '/v1/evaluations/..',
  '/v1/evaluations/../../tokens',
  '/v1/evaluations/..%2f..%2ftokens',
  '/v1/evaluations/%2e%2e%2fmodels',
  '/v1/evaluations/..%5c..%5cx',
  '/v1/evaluations/%00',
  '/v1/evaluations/q%00',
  `/v1/evaluations/${ID}%0a`,
  `/v1/evaluations/${ID.toUpperCase()}`,
  `/v1/evaluations/${ID}/samples/../../..`,
  `/v1/evaluations/${ID}%2frequest.json`,
  `/v1/evaluations/${'q'.repeat(5000)}`,
  '/v1/evaluations/%ff%fe',
  '/v1/runs/..%2f..',
  '/v1/runs/R',
  '/v1/runs/__proto__',
  '//v1/runs',
  '/v1/runs/',
  '/v2/evaluations',
];
const BODIES: [string, Asking][] = [
  ['no body', {}],
  ['an empty body', { text: '' }],
  ['half a body', { text: '{"model":' }],
  ['text', { text: 'model' }],
  ['a number', { json: 1 }],
  ['null', { json: null }],
  ['an array', { json: [wanted] }],
  ['fields of another name', { json: { ...wanted, modle: 1 } }],
  ['a path for a model', { json: { ...wanted, model: '../../etc/passwd' } }],
  ['an address for a model', { json: { ...wanted, model: 'https://example.org/model' } }],
  ['no benchmark', { json: { ...wanted, benchmarks: [] } }],
  ['a benchmark twice', { json: { ...wanted, benchmarks: ['sums', 'sums'] } }],
  ['__proto__ for a benchmark', { json: { ...wanted, benchmarks: ['__proto__'] } }],
  ['33 benchmarks', { json: { ...wanted, benchmarks: Array.from({ length: 33 }, (_, i) => `b${i}`) } }],
  ['100,000 benchmarks', { json: { ...wanted, benchmarks: new Array(100_000).fill(1) } }],
  ['no limit', { json: { ...wanted, limit: 0 } }],
  ['more samples than any pass@k takes', { json: { ...wanted, samples: 1025 } }],
  ['half a limit', { json: { ...wanted, limit: 0.5 } }],
  ['a huge limit', { json: { ...wanted, limit: 1e300 } }],
  ['a negative cost', { json: { ...wanted, maxCostUsd: -1 } }],
  ['an endless cost', { text: `{"model":"${wanted.model}","benchmarks":["sums"],"maxCostUsd":1e999}` }],
  ['two generators', { json: { ...wanted, generator: { endpoint: 'a', recorded: 'f'.repeat(64) } } }],
  ['an address for an endpoint', { json: { ...wanted, generator: { endpoint: 'http://169.254.169.254' } } }],
  ['deep nesting', { text: '['.repeat(200_000) + ']'.repeat(200_000) }],
  ['bytes that are no UTF-8', { text: '\ud800' }],
];

describe('hostile requests', () => {
  it.each(PATHS)('GET %s is 400 or 404, with a problem document', async (path) => {
    const api = await ApiWorld.create();
    const before = await api.world.contents();
    const { status, body } = await api.get(path);
    expect([400, 404]).toContain(status);
    expect(body).toMatchObject({ type: 'about:blank', status, code: expect.stringMatching(/^[a-z-]+$/) });
    expect(await api.world.contents()).toEqual(before);
    expect(api.logged).toEqual([]);
  });

  it.each(PATHS.filter((path) => path.startsWith('/v1/evaluations')))(
    'POST %s/cancel and /retry store nothing',
    async (path) => {
      const api = await ApiWorld.create();
      const before = await api.world.contents();
      for (const action of ['cancel', 'retry']) {
        expect([400, 404]).toContain((await api.post(`${path}/${action}`, {})).status);
      }
      expect(await api.world.contents()).toEqual(before);
      expect(api.world.sent).toEqual([]);
    },
  );

  it.each(BODIES)('a request with %s is 400 and stores nothing', async (_, asking) => {
    const api = await ApiWorld.create();
    const before = await api.world.contents();
    const { status, body } = await api.ask('POST', '/v1/evaluations', asking);
    expect(status).toBe(400);
    expect(['request-invalid', 'json-invalid']).toContain(body.code);
    expect(body.detail.length).toBeLessThanOrEqual(1000);
    expect(await api.world.contents()).toEqual(before);
    expect(api.world.sent).toEqual([]);
  });

  it('a body of 10 MB is 413, whether or not it says how long it is', async () => {
    const api = await ApiWorld.create();
    const text = JSON.stringify({ ...wanted, padding: 'x'.repeat(10_000_000) });
    for (const headers of [{ 'content-length': String(text.length) }, { 'transfer-encoding': 'chunked' }]) {
      const { status, body } = await api.ask('POST', '/v1/evaluations', { text, headers });
      expect([status, body.code]).toEqual([413, 'body-too-large']);
    }
  });

  it('a body of another media type is 415', async () => {
    const api = await ApiWorld.create();
    const asking = { json: wanted, headers: { 'content-type': 'text/plain' } };
    const { status, body } = await api.ask('POST', '/v1/evaluations', asking);
    expect([status, body.code]).toEqual([415, 'media-type-unsupported']);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'QUERY'])(
    '%s is 405 on every path, which says what it takes',
    async (method) => {
      const api = await ApiWorld.create();
      for (const [path, allowed] of [
        ['/v1/evaluations', 'GET, HEAD, POST'],
        [`/v1/evaluations/${ID}`, 'GET, HEAD'],
        [`/v1/evaluations/${ID}/cancel`, 'POST'],
        ['/docs', 'GET, HEAD'],
      ] as const) {
        const { status, headers, body } = await api.ask(method, path);
        expect([status, body.code]).toEqual([405, 'method-unsupported']);
        expect(headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed);
      }
    },
  );

  it('HEAD is answered as GET, without the body', async () => {
    const api = await ApiWorld.create();
    for (const path of ['/docs', '/v1/runs', `/v1/evaluations/${ID}`]) {
      const [head, get] = [await api.ask('HEAD', path), await api.get(path)];
      expect([head.status, head.headers.get('content-type')]).toEqual([
        get.status,
        get.headers.get('content-type'),
      ]);
    }
  });

  it.each([
    ['/v1/evaluations?limt=3', 'limt'],
    [`/v1/evaluations/${ID}?round=0`, 'round'],
    [`/v1/evaluations/${ID}/samples?verdit=correct`, 'verdit'],
    ['/v1/runs?__proto__=1', '__proto__'],
    ['/v1/runs?%1b%5b31m=1', '\\u001b[31m'],
  ])('GET %s is 422, since it would be ignored', async (path, name) => {
    const api = await ApiWorld.create();
    const { status, body } = await api.get(path);
    expect([status, body.code]).toEqual([422, 'query-unknown']);
    expect(body.detail).toContain(name);
  });

  it('a verdict that there is not is 422 in a query', async () => {
    const api = await ApiWorld.create();
    const { status, body } = await api.get(`/v1/evaluations/${ID}/samples?verdict=right`);
    expect([status, body.code]).toEqual([422, 'query-unknown']);
  });

  it('a body whose bytes are no UTF-8 is 400, also where a reader would put other characters', async () => {
    const api = await ApiWorld.create();
    const token = await api.token('read');
    const quoted = Buffer.from('[{"id":1,"gold":"1","answer":"\xff"}]', 'latin1');
    const response = await api.app.request('/v1/verify', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: quoted,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'json-invalid' });
  });

  it('answers nothing that a page of another site could show, guess the type of or keep', async () => {
    const api = await ApiWorld.create();
    for (const path of ['/docs', '/v1/runs', '/nowhere']) {
      const { headers } = await api.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('an error', () => {
  it('of ours is told to the log alone', async () => {
    const api = await ApiWorld.create();
    api.world.store.list = async () => {
      throw new Error('secret /home/user/store');
    };
    const { status, body } = await api.get('/v1/evaluations');
    expect([status, body.code]).toEqual([500, 'defect']);
    expect(JSON.stringify(body)).not.toMatch(/secret|home|\.ts/);
    expect(api.logged).toEqual([
      expect.objectContaining({ event: 'request-failed', code: 'defect', path: '/v1/evaluations' }),
    ]);
    expect(String(api.logged[0]?.['detail'])).toContain('secret /home/user/store');
  });

  it('of the store keeps its code, and not its message', async () => {
    const api = await ApiWorld.create();
    api.world.store.list = async () => {
      throw new KnownError('bucket-missing', 'The bucket arn:aws:s3:::private cannot be reached.');
    };
    const { status, body } = await api.get('/v1/evaluations');
    expect([status, body.code]).toEqual([500, 'bucket-missing']);
    expect(body.detail).not.toContain('private');
  });

  it('is not remembered with the list that failed', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    const list = store.list.bind(store);
    store.list = async () => {
      throw new Error('for a moment');
    };
    expect((await api.get('/v1/evaluations')).status).toBe(500);
    store.list = list;
    expect((await api.get('/v1/evaluations')).status).toBe(200);
  });
});
