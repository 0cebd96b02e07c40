import { describe, expect, it } from 'vitest';
import { indexEvaluation } from '#functions/plan/index-evaluation.ts';
import type { Message } from '#shared/messaging/messages.ts';
import { ApiWorld } from './api-world.ts';

describe('GET /v1/evaluations', () => {
  it('pages through all evaluations, newest first, each once', async () => {
    const api = await ApiWorld.create();
    const asked: string[] = [];
    for (let limit = 1; limit <= 7; limit++) asked.unshift(await api.evaluated({ limit }));
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/evaluations?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ evaluation }: { evaluation: string }) => evaluation));
      cursor = body.next ?? '';
    } while (cursor);
    expect(seen).toEqual(asked);
  });

  it('shows the evaluations of one run alone', async () => {
    const api = await ApiWorld.create();
    for (let problems = 1; problems <= 6; problems++) {
      const checkpoint = { run: problems % 2 ? 'odd' : 'even', step: problems };
      const request = await api.world.request({ problems });
      await api.world.ask(request);
      await indexEvaluation(request, problems, checkpoint, api.world.store);
    }
    const first = (await api.get('/v1/evaluations?run=odd&limit=2')).body;
    expect(steps(first)).toEqual([5, 3]);
    const second = (await api.get(`/v1/evaluations?run=odd&limit=2&cursor=${first.next}`)).body;
    expect([steps(second), second.next]).toEqual([[1], null]);
    expect([first.total, second.total, (await api.get('/v1/evaluations')).body.total]).toEqual([3, 3, 6]);
    expect((await api.get('/v1/evaluations?run=nobody')).body).toEqual({ items: [], total: 0, next: null });
  });

  it('tells of each how it stands, when it was asked for and what it scores, and finds those of one status', async () => {
    const api = await ApiWorld.create();
    const done = await api.evaluated();
    api.world.now = Date.parse('2026-11-30T09:00:00Z');
    const open = await api.evaluate({ limit: 30 });
    await api.world.deliver(api.world.sent.shift() as Message);
    api.passTime();
    const { items } = (await api.get('/v1/evaluations')).body;
    expect(items).toMatchObject([
      { evaluation: open, status: 'running', over: false, score: null, coverage: { shards: 2, done: 0 } },
      { evaluation: done, status: 'done', over: true, score: { grader: 'reward', mean: 0.5 } },
    ]);
    expect(items[0].createdAt).toBe('2026-11-30T09:00:00.000Z');
    expect(items[1].score.interval[0]).toBeLessThan(0.5);
    const running = (await api.get('/v1/evaluations?status=running')).body;
    expect([running.items.length, running.items[0].evaluation, running.total]).toEqual([1, open, null]);
    expect((await api.get('/v1/evaluations?benchmark=drawn')).body.total).toBe(0);
    expect((await api.get('/v1/evaluations?status=lost')).status).toBe(422);
  });

  it.each(['x', '../../tokens', '%00', '00000000000000-x'])('refuses the cursor %j', async (cursor) => {
    const api = await ApiWorld.create();
    const { status, body } = await api.get(`/v1/evaluations?cursor=${cursor}`);
    expect([status, body.code]).toEqual([400, 'cursor-invalid']);
  });

  it.each(['0', '101', '1.5', '-1', 'all', ''])('refuses the limit %j', async (limit) => {
    const api = await ApiWorld.create();
    expect((await api.get(`/v1/evaluations?limit=${limit}`)).status).toBe(400);
  });
});

describe('GET /v1/evaluations/{evaluation}/samples', () => {
  it('shows each completion with its problem, its gold and why it was judged so', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated({ limit: 2 });
    const { body } = await api.get(`/v1/evaluations/${evaluation}/samples`);
    expect(body.next).toBeNull();
    expect(body.items[1]).toEqual({
      ...{ problem: 'sums/1', sample: 0, question: '1 + 1', gold: '2', completion: 'so \\boxed{2}' },
      ...{ subject: 'mod 1', level: null, tokens: 2, truncated: false, disagree: false },
      ...{ grader: 'reward', verdict: 'correct', extracted: '2', reason: 'equal-text' },
    });
  });

  it('pages through all samples across shards, each once', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    expect(await pages(api, `/v1/evaluations/${evaluation}/samples?limit=7`)).toEqual(
      Array.from({ length: 60 }, (_, i) => `sums/${i}`),
    );
  });

  it('pages through those with one verdict', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const path = `/v1/evaluations/${evaluation}/samples?limit=4&benchmark=sums&verdict=`;
    const [right, wrong] = [await pages(api, `${path}correct`), await pages(api, `${path}incorrect`)];
    expect(right).toEqual(
      Array.from({ length: 60 }, (_, i) => i)
        .filter(even)
        .map((i) => `sums/${i}`),
    );
    expect(right.length + wrong.length).toBe(60);
    expect(await pages(api, `${path}no-answer`)).toEqual([]);
  });

  it('is 422 for a benchmark that the evaluation does not have, and shows nothing before the round is planned', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    const path = `/v1/evaluations/${evaluation}/samples`;
    expect((await api.get(path)).body).toEqual({
      ...{ items: [], total: 0, before: 0, previous: null, next: null, counts: null },
    });
    await api.world.settle();
    api.passTime();
    const { status, body } = await api.get(`${path}?benchmark=drawn`);
    expect([status, body.code]).toEqual([422, 'benchmark-unknown']);
    expect(body.detail).toContain('sums');
  });

  it('shows what succeeded in earlier rounds beside what was retried', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.settleWithDeadShard();
    const path = `/v1/evaluations/${evaluation}`;
    expect(await pages(api, `${path}/samples?limit=100`)).toHaveLength(35);
    await api.post(`${path}/retry`, {});
    await api.world.settle();
    api.passTime();
    expect(await pages(api, `${path}/samples?limit=100`)).toHaveLength(60);
  });

  it('is 422 for a grader that the evaluation does not have', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated({ graders: ['benchmark', 'format'] });
    const path = `/v1/evaluations/${evaluation}/samples`;
    expect((await api.get(`${path}?grader=format`)).body.items[0].grader).toBe('format');
    const { status, body } = await api.get(`${path}?grader=reward`);
    expect([status, body.code]).toEqual([422, 'grader-unknown']);
  });

  it.each(['1', '1.x', '9999999.0', '-1.0'])('refuses the cursor %j', async (cursor) => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated({ limit: 1 });
    const { body } = await api.get(`/v1/evaluations/${evaluation}/samples?cursor=${cursor}`);
    expect(body.code).toBe('cursor-invalid');
  });
});

function steps({ items }: { items: readonly { checkpoint: { step: number } }[] }): readonly number[] {
  return items.map(({ checkpoint }) => checkpoint.step);
}

function even(i: number): boolean {
  return ((i % 17) + (i % 5)) % 2 === 0;
}

async function pages(api: ApiWorld, path: string): Promise<readonly string[]> {
  const seen: string[] = [];
  let cursor = '';
  do {
    const { status, body } = await api.get(`${path}${cursor && `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    seen.push(...body.items.map(({ problem }: { problem: string }) => problem));
    cursor = body.next ?? '';
  } while (cursor);
  return seen;
}
