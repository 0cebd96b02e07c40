import { describe, expect, it } from 'vitest';
import { putBlob } from '#shared/storage/put-blob.ts';
import { ApiWorld } from './api-world.ts';

const PROBLEMS = 40;

describe('GET /v1/evaluations/{evaluation}/compare/{other}', () => {
  it('finds no difference between an evaluation and itself', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated();
    const { body } = await api.get(`/v1/evaluations/${one}/compare/${one}`);
    const [low, high] = body.average.interval;
    expect(body).toMatchObject({ sameModel: true, differences: [], verdict: { kind: 'cannot-tell' } });
    expect(body.average.difference).toBe(0);
    expect(low).toBeCloseTo(-high, 12);
    expect(high).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.1);
    expect(body.benchmarks[0]).toMatchObject({ problems: 60, unpaired: 0, gained: [], lost: [], p: 1 });
  });

  it('names the problems that turned, with the interval of the paired difference', async () => {
    const api = await ApiWorld.create();
    await api.pushSums(PROBLEMS);
    const before = await record(api, (i) => i < 20);
    const after = await record(api, (i) => i < 28 && i !== 3);
    const { body } = await api.get(`/v1/evaluations/${before}/compare/${after}`);
    const [sums] = body.benchmarks;
    expect(sums).toMatchObject({ benchmark: 'sums', problems: PROBLEMS, first: 0.5, lost: ['sums/3'] });
    expect(sums.gained).toEqual([20, 21, 22, 23, 24, 25, 26, 27].map((i) => `sums/${i}`));
    expect(sums.difference).toBeCloseTo(7 / PROBLEMS, 12);
    const [low, high] = sums.interval;
    expect(low).toBeLessThan(7 / PROBLEMS);
    expect(high).toBeGreaterThan(7 / PROBLEMS);
    expect(sums).toMatchObject({ test: 'mcnemar', samples: [1, 1], p: 20 / 512, adjustedP: 20 / 512 });
    expect(body).toMatchObject({ differences: [], verdict: { kind: 'better' }, text: body.average.text });
    expect(body.text).toMatch(/^Better: the second scores 17\.5 points more than the first/);
    expect(body.average.difference).toBe(sums.difference);
    expect(body.average.interval[0]).toBeCloseTo(low, 12);
    expect(body.average.interval[1]).toBeCloseTo(high, 12);
  });

  it('is the negative of the comparison the other way round', async () => {
    const api = await ApiWorld.create();
    await api.pushSums(PROBLEMS);
    const [a, b] = [await record(api, (i) => i % 2 === 0), await record(api, (i) => i % 3 === 0)];
    const [there] = (await api.get(`/v1/evaluations/${a}/compare/${b}`)).body.benchmarks;
    const [back] = (await api.get(`/v1/evaluations/${b}/compare/${a}`)).body.benchmarks;
    expect(back.difference).toBeCloseTo(-there.difference, 12);
    expect([back.gained, back.lost]).toEqual([there.lost, there.gained]);
  });

  it('leaves out problems that only one of them has', async () => {
    const api = await ApiWorld.create();
    const [all, few] = [await api.evaluated(), await api.evaluated({ limit: 10 })];
    const { body } = await api.get(`/v1/evaluations/${all}/compare/${few}`);
    expect(body.benchmarks[0]).toMatchObject({ problems: 10, unpaired: 50 });
    expect(body.differences).toMatchObject([{ what: 'limit', severity: 'may-move-scores', second: '10' }]);
  });

  it('leaves out problems of shards that failed', async () => {
    const api = await ApiWorld.create();
    const whole = await api.evaluated({ limit: 59 });
    const holey = await api.evaluate();
    await api.settleWithDeadShard();
    const { body } = await api.get(`/v1/evaluations/${whole}/compare/${holey}`);
    expect(body.benchmarks[0].problems).toBe(34);
    expect(body.differences).toMatchObject([{ what: 'limit' }, { what: 'scores', second: '25 missing' }]);
  });

  it('says what else differs, and concludes nothing where the pairs do not match', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated({ maxTokens: 100 });
    const other = await api.evaluated({ maxTokens: 200 });
    const moved = (await api.get(`/v1/evaluations/${one}/compare/${other}`)).body;
    expect(moved.differences).toEqual([
      { what: 'max-tokens', severity: 'may-move-scores', benchmark: 'sums', first: '100', second: '200' },
    ]);
    await api.pushSums(PROBLEMS);
    const few = await api.evaluated({ maxTokens: 100 });
    const { body } = await api.get(`/v1/evaluations/${one}/compare/${few}`);
    expect(body).toMatchObject({ verdict: { kind: 'blocked' }, average: null, benchmarks: [] });
    expect(body.differences).toMatchObject([{ what: 'problems', severity: 'pairs-do-not-match' }]);
    expect(body.text).toBe('No verdict: the first and the second were not asked the same.');
  });

  it('takes what difference matters from the query', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated();
    const { body } = await api.get(`/v1/evaluations/${one}/compare/${one}?margin=0.1`);
    expect(body).toMatchObject({ margin: 0.1, verdict: { kind: 'no-difference' } });
    expect((await api.get(`/v1/evaluations/${one}/compare/${one}?margin=0`)).status).toBe(400);
  });

  it('is 409 while one of them has no scores', async () => {
    const api = await ApiWorld.create();
    const done = await api.evaluated();
    const open = await api.evaluate({ limit: 5 });
    const { status, body } = await api.get(`/v1/evaluations/${done}/compare/${open}`);
    expect([status, body.code]).toEqual([409, 'evaluation-unfinished']);
  });

  it('is 422 for a grader that only one of them has', async () => {
    const api = await ApiWorld.create();
    const [reward, format] = [await api.evaluated(), await api.evaluated({ graders: ['format'] })];
    const { status, body } = await api.get(`/v1/evaluations/${reward}/compare/${format}`);
    expect([status, body.code]).toEqual([422, 'grader-unknown']);
  });

  it('is 404 where one of them does not exist', async () => {
    const api = await ApiWorld.create();
    const one = await api.evaluated();
    expect((await api.get(`/v1/evaluations/${one}/compare/${'q'.repeat(26)}`)).status).toBe(404);
  });
});

describe('GET /v1/evaluations/{evaluation}/compare', () => {
  it('holds each of several against the first, with p values adjusted over all', async () => {
    const api = await ApiWorld.create();
    await api.pushSums(PROBLEMS);
    const [a, b, c] = [
      await record(api, (i) => i < 20),
      await record(api, (i) => i < 28 && i !== 3),
      await record(api, (i) => i < 21),
    ];
    const { status, headers, body } = await api.get(`/v1/evaluations/${a}/compare?others=${b},${c}`);
    expect(status).toBe(200);
    const sets = body.items.map((each: { second: string; benchmarks: unknown[] }) => [
      each.second,
      each.benchmarks[0],
    ]);
    expect(sets).toMatchObject([
      [b, { p: 20 / 512, adjustedP: 40 / 512 }],
      [c, { p: 1, adjustedP: 1 }],
    ]);
    const again = { 'if-none-match': headers.get('etag') ?? '' };
    const unchanged = await api.get(`/v1/evaluations/${a}/compare?others=${b},${c}`, { headers: again });
    expect(unchanged.status).toBe(304);
  });

  it('takes one at least and twenty at most', async () => {
    const api = await ApiWorld.create();
    const one = 'a'.repeat(26);
    for (const others of ['', 'x', `${one},`, Array(21).fill(one).join(',')]) {
      const { status, body } = await api.get(`/v1/evaluations/${one}/compare?others=${others}`);
      expect([status, body.code]).toEqual([400, 'request-invalid']);
      expect(body.detail).toContain('1 to 20 evaluations with commas between them');
    }
  });
});

/** An evaluation of recorded completions that solve the problems chosen. */
async function record(api: ApiWorld, solves: (i: number) => boolean): Promise<string> {
  const lines = Array.from({ length: PROBLEMS }, (_, i) => {
    const text = `\\boxed{${solves(i) ? (i % 17) + (i % 5) : -1}}`;
    return `${JSON.stringify({ problem: `sums/${i}`, sample: 0, text, tokens: 1, finish: 'stop' })}\n`;
  });
  const recorded = await putBlob(api.world.store, new TextEncoder().encode(lines.join('')));
  return api.evaluated({ generator: { recorded } });
}
