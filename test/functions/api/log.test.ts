import { expect, it } from 'vitest';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { ApiWorld } from './api-world.ts';

it('is 501 where a host keeps no logs of drivers, and names where to look', async () => {
  const api = await ApiWorld.create();
  await put(api.world.store, record.run('r'), { config: { recipe: 'own' }, codeVersion: '1' });
  const { status, body } = await api.get('/v1/runs/r/log');
  expect([status, body.code]).toEqual([501, 'log-elsewhere']);
  expect(body.detail).toContain('oneshot logs r');
  expect((await api.get('/v1/runs/nobody/log')).body.code).toBe('run-unknown');
});
