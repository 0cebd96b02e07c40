import { describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { storeModel } from '../../trainer/stored-run.ts';
import { ApiWorld } from './api-world.ts';

describe('GET /v1/models', () => {
  it('pages through all models, those stored last first, each once', async () => {
    const api = await ApiWorld.create();
    const stored = new Set<string>();
    for (let step = 1; step <= 5; step++) stored.add(await storeModel(api.world.store, step));
    const { total } = (await api.get('/v1/models')).body;
    const seen: { model: string; createdAt: string }[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/models?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.total).toBe(total);
      seen.push(...body.items);
      cursor = body.next ?? '';
    } while (cursor);
    expect(seen).toHaveLength(total);
    expect(new Set(seen.map(({ model }) => model)).size).toBe(total);
    expect(seen.filter(({ model }) => stored.has(model))).toHaveLength(5);
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(times[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('says who uses a model, its size, and where a record of it is damaged', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    const [base, fork, lone] = [
      await storeModel(store, 1),
      await storeModel(store, 2),
      await storeModel(store, 3),
    ];
    const config = { recipe: 'own', model: base, fork: { model: fork } };
    await put(store, record.run('r'), { config, codeVersion: '1' });
    const request = await api.world.request();
    const asked = { ...request, generation: { ...request.generation, model: base } };
    await put(store, record.evaluationRequest('e'.repeat(26)), asked);
    await store.putOnce(keys.run('hurt'), Buffer.from('half a rec'));
    await store.putOnce(keys.model('x'.repeat(26)), Buffer.from('half a rec'));
    const { items } = (await api.get('/v1/models')).body;
    const found = (model: string) => items.find((each: { model: string }) => each.model === model);
    expect(found(base)).toMatchObject({
      state: 'used',
      users: [
        { kind: 'base', run: 'r' },
        { kind: 'evaluation', evaluation: 'e'.repeat(26) },
      ],
    });
    expect(found(base).sizeBytes).toBeGreaterThan(0);
    expect(found(fork).users).toEqual([{ kind: 'fork', run: 'r' }]);
    expect(found(lone)).toMatchObject({ state: 'unused', users: [] });
    expect(found('x'.repeat(26))).toMatchObject({ state: 'damaged', sizeBytes: null });
  });

  it.each(['x', '../../tokens', '00000000000000-x'])('refuses the cursor %j', async (cursor) => {
    const api = await ApiWorld.create();
    const { status, body } = await api.get(`/v1/models?cursor=${cursor}`);
    expect([status, body.code]).toEqual([400, 'cursor-invalid']);
  });
});
