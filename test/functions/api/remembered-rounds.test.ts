import { describe, expect, it } from 'vitest';
import { ApiWorld } from './api-world.ts';

describe('an evaluation that is over', () => {
  it('is read once, and known by its ETag without being read', async () => {
    const api = await ApiWorld.create();
    const path = `/v1/evaluations/${await api.evaluated()}`;
    const first = await api.get(path);
    const reads = countReads(api);
    expect((await api.get(path)).body).toEqual(first.body);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    const again = await api.get(path, { headers });
    expect([again.status, again.body]).toEqual([304, '']);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect(reads()).toEqual([]);
  });

  it('has another ETag once it is retried, and is shown as it then is', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.settleWithDeadShard();
    const path = `/v1/evaluations/${evaluation}`;
    const headers = { 'if-none-match': (await api.get(path)).headers.get('etag') ?? '' };
    await api.post(`${path}/retry`, {});
    const retried = await api.get(path, { headers });
    expect([retried.status, retried.body.round, retried.body.over]).toEqual([200, 1, false]);
  });

  it('has the same ETag in every process', async () => {
    const tags = [];
    for (let process = 0; process < 2; process++) {
      const api = await ApiWorld.create();
      tags.push((await api.get(`/v1/evaluations/${await api.evaluated()}`)).headers.get('etag'));
    }
    expect(tags[0]).toBe(tags[1]);
  });
});

describe('a comparison of evaluations that are over', () => {
  it('is worked out once for each grader, whoever asks and however many at once', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated({ graders: ['reward', 'format'] });
    const two = await api.evaluated({ graders: ['reward', 'format'], limit: 30 });
    const path = `/v1/evaluations/${one}/compare/${two}`;
    await api.get(`/v1/evaluations/${one}`);
    await api.get(`/v1/evaluations/${two}`);
    const reads = countReads(api);
    const [first, ...others] = await Promise.all([api.get(path), api.get(path), api.get(path)]);
    const outcomes = 2 + 3; // shards of both
    expect(reads().filter((key) => key.includes('/outcomes/'))).toHaveLength(outcomes);
    for (const { body } of others) expect(body).toEqual(first?.body);
    await api.get(path);
    expect(reads().filter((key) => key.includes('/outcomes/'))).toHaveLength(outcomes);
    expect((await api.get(`${path}?grader=format`)).body.grader).toBe('format');
    expect(reads().filter((key) => key.includes('/outcomes/'))).toHaveLength(outcomes); // all verdicts are held
  });

  it('is known by its ETag without being worked out', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated();
    const path = `/v1/evaluations/${one}/compare/${one}`;
    const etag = (await api.get(path)).headers.get('etag') ?? '';
    const headers = { 'if-none-match': etag };
    const reads = countReads(api);
    const again = await api.get(path, { headers });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(reads()).toEqual([]);
    expect((await api.get(`${path}?margin=0.1`, { headers })).status).toBe(200);
  });

  it('that failed is worked out again', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated();
    const path = `/v1/evaluations/${one}/compare/${one}`;
    const { store } = api.world;
    const get = store.get.bind(store);
    store.get = async (key, range) => {
      if (key.includes('/outcomes/')) throw new Error('for a moment');
      return get(key, range);
    };
    expect((await api.get(path)).status).toBe(500);
    store.get = get;
    expect((await api.get(path)).status).toBe(200);
  });
});

/** Keys of what is read from now on, but for tokens. */
function countReads(api: ApiWorld): () => readonly string[] {
  const read: string[] = [];
  const { store } = api.world;
  const get = store.get.bind(store);
  store.get = (key, range) => {
    if (!key.startsWith('tokens/')) read.push(key);
    return get(key, range);
  };
  return () => read;
}
