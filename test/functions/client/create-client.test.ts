import { beforeAll, describe, expect, it } from 'vitest';
import { ApiError, type Client, createClient, eachItem } from '#functions/client/create-client.ts';
import { ApiWorld, wanted } from '../api/api-world.ts';

let api: ApiWorld;
let evaluation: string;
/** With every request that was sent. */
function clientOf(token?: string, answers: readonly Response[] = []): { client: Client; sent: Request[] } {
  const sent: Request[] = [];
  const queue = [...answers];
  const client = createClient({
    url: 'http://api.test/base/',
    token,
    fetch: async (url, init) => {
      sent.push(new Request(url, init));
      const inApp = String(url).replace('http://api.test/base', '');
      return queue.shift() ?? (await api.app.request(inApp, init));
    },
  });
  return { client, sent };
}

beforeAll(async () => {
  api = await ApiWorld.create();
  evaluation = await api.evaluated();
});

describe('the client', () => {
  it('asks for an evaluation, and reads it', async () => {
    const { client, sent } = clientOf(await api.token('write'));
    const asked = await client.requestEvaluation({ body: wanted });
    expect(asked).toMatchObject({ evaluation, status: 'done' });
    expect(await client.readEvaluation({ evaluation })).toEqual(asked);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST http://api.test/base/v1/evaluations',
      `GET http://api.test/base/v1/evaluations/${evaluation}`,
    ]);
    expect(await client.readHealth()).toEqual({ status: 'ok', version: '0.0.0' });
  });

  it('goes through all pages of a list, and no further than it is asked', async () => {
    const { client, sent } = clientOf(await api.token('read'));
    const problems: string[] = [];
    for await (const { problem, verdict } of eachItem(client.listSamples, {
      ...{ evaluation, verdict: 'correct', disagree: false, limit: 13 },
    })) {
      expect(verdict).toBe('correct');
      problems.push(problem);
    }
    expect([new Set(problems).size, sent.length]).toEqual([30, 3]);
    expect(sent[1]?.url).toMatch(/\?verdict=correct&disagree=false&limit=13&cursor=\d+\.\d+$/);
    for await (const _ of eachItem(client.listSamples, { evaluation, limit: 1 })) break;
    expect(sent).toHaveLength(4);
  });

  it('writes parameters into paths so that they stay one part', async () => {
    const { client, sent } = clientOf(await api.token('read'));
    await expect(client.readRun({ run: '../x?y' })).rejects.toMatchObject({ status: 400 });
    expect(sent[0]?.url).toBe('http://api.test/base/v1/runs/..%2Fx%3Fy');
  });
});

describe('what a call fails with', () => {
  const problem = (status: number, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify({ code: 'too-many-cases', detail: 'Wait.' }), { status, headers });

  it('is the problem that the API answers with', async () => {
    const { client } = clientOf();
    const error = await client.listRuns().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'token-missing', status: 401, requestId: expect.any(String) });
  });

  it('comes after as many tries as there may be, each when the answer says', async () => {
    const busy = [503, 429, 503, 503].map((status) => problem(status, { 'Retry-After': '0' }));
    const { client, sent } = clientOf(await api.token('read'), busy.slice(0, 2));
    expect(await client.listRuns()).toMatchObject({ items: [] });
    expect(sent).toHaveLength(3);
    const other = clientOf(undefined, busy);
    await expect(other.client.listRuns()).rejects.toMatchObject({ code: 'too-many-cases', status: 503 });
    expect(other.sent).toHaveLength(4);
    const untold = clientOf(undefined, [problem(503)]);
    await expect(untold.client.listRuns()).rejects.toMatchObject({ status: 503 });
    expect(untold.sent).toHaveLength(1);
  });

  it('is the reason of a signal, also while it waits for another try', async () => {
    const { client, sent } = clientOf(undefined, [problem(429, { 'Retry-After': '30' })]);
    const stop = new AbortController();
    const asked = client.listRuns({}, { signal: stop.signal });
    await expect.poll(() => sent.length).toBe(1);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  it.each([
    ['<html>', 200],
    ['bad gateway', 502],
    ['{"error":"x"}', 404],
    ['"text"', 200],
  ])('says that another program has answered: %s', async (text, status) => {
    const { client } = clientOf(undefined, [new Response(text, { status })]);
    await expect(client.listRuns()).rejects.toMatchObject({ code: 'server-answer-invalid', status });
  });

  it('says that nobody answers', async () => {
    const client = createClient({ url: 'http://127.0.0.1:1' });
    await expect(client.listRuns()).rejects.toMatchObject({ code: 'server-unreachable', status: 0 });
  });
});
