import { describe, expect, it } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import type { Message } from '#shared/messaging/messages.ts';
import { ApiWorld } from './api-world.ts';

describe('the id of a request', () => {
  it('is the one that its client gave', async () => {
    const api = await ApiWorld.create();
    const { headers } = await api.get('/v1/runs', { headers: { 'x-request-id': 'from-me:1' } });
    expect(headers.get('x-request-id')).toBe('from-me:1');
  });

  it.each([undefined, 'two words', 'x'.repeat(129), 'a"b'])(
    'is made up where none that fits was given: %j',
    async (given) => {
      const api = await ApiWorld.create();
      const ids = new Set<string | null>();
      for (let i = 0; i < 2; i++) {
        const { headers } = await api.get('/healthz', {
          headers: given === undefined ? {} : { 'x-request-id': given },
        });
        ids.add(headers.get('x-request-id'));
      }
      expect([...ids]).toEqual([
        expect.stringMatching(/^[0-9a-f-]{36}$/),
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
    },
  );

  it('stands in the problem and in the log', async () => {
    const api = await ApiWorld.create();
    api.world.store.list = async () => {
      throw new Error('for a moment');
    };
    const { headers, body } = await api.get('/v1/runs', { headers: { 'x-request-id': 'mine' } });
    expect([headers.get('x-request-id'), body.requestId, api.logged[0]?.['requestId']]).toEqual([
      'mine',
      'mine',
      'mine',
    ]);
    const refused = await api.get('/v1/runs', { token: null });
    expect(refused.body.requestId).toBe(refused.headers.get('x-request-id'));
  });
});

describe('an outage of the store', () => {
  it('is 503 with when to come back, and tells nobody but the log what it was', async () => {
    const api = await ApiWorld.create();
    api.world.store.list = async () => {
      throw new KnownError('service-unavailable', 'S3 answered 503 for the bucket private.');
    };
    const { status, headers, body } = await api.get('/v1/runs');
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'service-unavailable']);
    expect(body.detail).not.toContain('private');
    expect(String(api.logged[0]?.['detail'])).toContain('private');
  });
});

describe('GET /metrics', () => {
  it('counts requests by route and answer, and how long they took, whatever their ids are', async () => {
    const api = await ApiWorld.create();
    for (const run of ['a', 'b', 'c']) await api.get(`/v1/runs/${run}`);
    await api.get('/v1/runs');
    await api.get('/nowhere/at/all');
    const { status, headers, body } = await api.get('/metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toContain(
      'oneshot_http_requests_total{method="GET",route="/v1/runs/{run}",status="404"} 3\n',
    );
    expect(body).toContain('oneshot_http_requests_total{method="GET",route="/v1/runs",status="200"} 1\n');
    expect(body).toContain('oneshot_http_requests_total{method="GET",route="other",status="404"} 1\n');
    expect(body).toContain('oneshot_http_requests_in_flight 1\n'); // itself
    expect(body).toContain(
      'oneshot_http_request_duration_seconds_bucket{route="/v1/runs/{run}",le="+Inf"} 3\n',
    );
    expect(body).toContain('oneshot_http_request_duration_seconds_count{route="/v1/runs/{run}"} 3\n');
  });

  it('says how much work is open', async () => {
    const api = await ApiWorld.create();
    const open = async () =>
      [...(await api.get('/metrics')).body.matchAll(/^oneshot_(?:evaluations|shards|checkpoints).*$/gm)].map(
        ([line]) => line,
      );
    await api.evaluate();
    await api.world.deliver(api.world.sent.shift() as Message);
    api.passTime();
    expect(await open()).toEqual([
      'oneshot_evaluations_open 1',
      'oneshot_checkpoints_pending 0',
      'oneshot_evaluations{status="running"} 1',
      'oneshot_shards{state="done"} 0',
      'oneshot_shards{state="open"} 3',
    ]);
    await api.world.settle();
    api.passTime();
    expect((await open())[0]).toBe('oneshot_evaluations_open 0');
  });

  it('is for those who may read', async () => {
    const api = await ApiWorld.create();
    expect((await api.get('/metrics', { token: null })).status).toBe(401);
    expect((await api.get('/metrics', { token: await api.token('read') })).status).toBe(200);
    expect((await api.ask('POST', '/metrics')).status).toBe(405);
  });
});
