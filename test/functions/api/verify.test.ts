import { describe, expect, it } from 'vitest';
import { CaseLine, toVerifyInput } from '#cli/verify/case-line.ts';
import { verify } from '#shared/verifier/verify.ts';
import { ApiWorld } from './api-world.ts';

const cases = [
  { id: 1, gold: '1/2', answer: '0.5' },
  { id: 'b', gold: ['7', '8'], completion: 'The answer is \\boxed{8}.' },
  { id: 3, gold: '3.14', answer: '3.1', options: { tolerance: 0.1 }, extra: 'ignored' },
  { id: 4, gold: '3', completion: 'no box, 3', mode: 'reward' },
  { id: 5, gold: '12.8', answer: '12.75', options: { significantDigits: 3, keepUnits: true } },
];

describe('POST /v1/verify', () => {
  it('judges as `oneshot verify --batch` does, in the order of the cases', async () => {
    const api = await ApiWorld.create();
    const { status, body } = await api.post('/v1/verify', cases);
    const expected = cases.map((each) => {
      const line = CaseLine.parse(each);
      const judged = verify(toVerifyInput(line, { mode: 'benchmark', options: {} }));
      const { verdict, extracted, reason } = judged;
      return { id: each.id, correct: verdict === 'correct', verdict, extracted, reason };
    });
    expect(status).toBe(200);
    expect(body).toEqual(expected);
    expect(body.map(({ correct }: { correct: boolean }) => correct)).toEqual([true, true, true, false, true]);
  });

  it('needs no more than the scope read, and stores nothing', async () => {
    const api = await ApiWorld.create();
    const token = await api.token('read');
    const before = await api.world.contents();
    expect((await api.ask('POST', '/v1/verify', { token, json: cases })).status).toBe(200);
    expect(await api.world.contents()).toEqual(before);
  });

  it.each<[string, unknown]>([
    ['no case', []],
    ['more than 1000 cases', Array.from({ length: 1001 }, () => cases[0])],
    ['a case with both', [{ id: 1, gold: '1', answer: '1', completion: '1' }]],
    ['a case with neither', [{ id: 1, gold: '1' }]],
    ['a misspelt option', [{ id: 1, gold: '1', answer: '1', options: { tolerence: 1 } }]],
    ['a gold of nothing', [{ id: 1, gold: [], answer: '1' }]],
    ['an object without cases', { items: cases }],
    ['an object with no case', { cases: [] }],
    ['null', null],
  ])('refuses %s', async (_, json) => {
    const api = await ApiWorld.create();
    const { status, body } = await api.post('/v1/verify', json);
    expect([status, body.code]).toEqual([400, 'request-invalid']);
  });

  it('takes an object with the cases as well', async () => {
    const api = await ApiWorld.create();
    const [bare, wrapped] = [await api.post('/v1/verify', cases), await api.post('/v1/verify', { cases })];
    expect([wrapped.status, wrapped.body]).toEqual([200, bare.body]);
  });

  it('takes 1000 cases', async () => {
    const api = await ApiWorld.create();
    const { body } = await api.post(
      '/v1/verify',
      Array.from({ length: 1000 }, (_, id) => ({ ...cases[0], id })),
    );
    expect(body).toHaveLength(1000);
    expect(body[999].id).toBe(999);
  });
});
