import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endpointSettings, endpointVersions } from '#functions/admission/endpoint-settings.ts';
import { answerable } from '#functions/generate/ask-or-reason.ts';
import { ENDPOINT_RETRY, endpointSamplers } from '#functions/generate/endpoint/allowed-endpoints.ts';
import { endpointClient } from '#functions/generate/endpoint/endpoint-client.ts';
import { endpointSeed } from '#functions/generate/endpoint/endpoint-sampler.ts';
import { loadEndpointText } from '#functions/generate/endpoint/endpoint-text.ts';
import { loadPolicy } from '#functions/generate/policy/load-policy.ts';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { freePort } from '#shared/adapters/http/free-port.ts';
import type { Completion } from '#shared/records/evaluations.ts';
import { ampleTurn, unheardLoad } from '../ample-turn.ts';
import { listen } from '../model-server/listen.ts';
import { ENDPOINT, MicroModels, type MicroShard } from '../model-server/micro-models.ts';

/** What a server is asked, and what it answers. */
type Answer = readonly [status: number, body: unknown] | 'hang up';
type Body = Readonly<Record<string, unknown>>;

const OK = (ids: readonly number[], finish = 'stop'): Answer => [
  200,
  {
    choices: [{ text: 'text of the server', finish_reason: finish, token_ids: ids }],
    usage: { completion_tokens: ids.length },
  },
];
/** As llama.cpp's server answers: without token ids. */
const PLAIN: Answer = [
  200,
  {
    choices: [{ text: 'text of the server', index: 0, logprobs: null, finish_reason: 'stop' }],
    usage: { completion_tokens: 5, prompt_tokens: 9, total_tokens: 14 },
  },
];

let models: MicroModels;
let shard: MicroShard;
let server: Server | undefined;
let asked: Body[] = [];
let headers: IncomingMessage['headers'][] = [];

beforeAll(async () => {
  models = await MicroModels.create();
  shard = await models.shard(models.first, { benchmark: 'micro-aime24', problems: 2 });
});
afterAll(() => models.remove());
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  [server, asked, headers] = [undefined, [], []];
});

describe('a completion of an endpoint', () => {
  it('is our text of its tokens, and counts them with the stop token', async () => {
    const [completion] = await generate(() => OK([69, 63, 70, 1]));
    const text = await loadEndpointText(await models.fetchModel(models.first));
    expect(completion).toEqual({
      problem: shard.items[0]?.problem,
      sample: 0,
      text: text.decode([69, 63, 70]),
      tokens: 4,
      finish: 'stop',
    });
  });

  it('keeps its last token where it was cut', async () => {
    const [completion] = await generate(() => OK([69, 63, 70], 'length'));
    const text = await loadEndpointText(await models.fetchModel(models.first));
    expect(completion).toMatchObject({ text: text.decode([69, 63, 70]), tokens: 3, finish: 'length' });
  });

  it("is the server's text and count where it does not tell its tokens", async () => {
    const [completion] = await generate(() => PLAIN);
    expect(completion).toMatchObject({ text: 'text of the server', tokens: 5, finish: 'stop' });
  });

  it('is asked for with the tokens that our decoder would get', async () => {
    await generate(() => PLAIN);
    const policy = await loadPolicy(await models.fetchModel(models.first), { threads: 1 });
    const { template, stop } = shard.request.generation;
    const first = shard.problems.get(shard.items[0]?.problem ?? '')?.problem ?? '';
    expect(asked[0]).toMatchObject({
      model: 'm',
      prompt: policy.prompt(first, template),
      temperature: 0.6,
      top_p: 1,
      max_tokens: 64,
      stop_token_ids: policy.stopTokens(stop),
    });
    await policy.release();
  });

  it('has a seed of its own, which says nothing of when it is made', async () => {
    await generate(() => PLAIN);
    const seeds = asked.map(({ seed }) => seed);
    expect(seeds).toEqual(shard.items.map(({ problem, sample }) => endpointSeed(0, problem, sample)));
    expect(new Set(seeds).size).toBe(16);
    expect(Math.max(...(seeds as number[]))).toBeLessThan(2 ** 31);
  });

  it('is claimed, since nobody here saw what the server loaded', async () => {
    const sampler = await samplerOf('http://127.0.0.1:1');
    expect(sampler.policy).toBe('claimed');
  });

  it('goes with its key, which stays out of the address', async () => {
    await generate(() => PLAIN, { apiKeyVariable: 'SOME_KEY' }, { SOME_KEY: 'secret' });
    expect(headers[0]?.authorization).toBe('Bearer secret');
  });

  it('waits for its turn', async () => {
    let [running, most] = [0, 0];
    await generate(
      async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return PLAIN;
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
  });
});

describe('a server in trouble', () => {
  it.each<[string, Answer]>([
    ['busy', [429, { error: 'slow down' }]],
    ['starting', [503, { error: 'loading model' }]],
    ['failing', [500, 'Internal error']],
    ['hanging up', 'hang up'],
  ])('is asked again while it is %s', async (_, trouble) => {
    const completions = await generate((count) => (count === 1 ? trouble : PLAIN));
    expect(completions).toHaveLength(16);
    expect(asked).toHaveLength(17);
  });

  it('is unreachable once all tries are used up, each after a longer pause', async () => {
    const pauses: number[] = [];
    const retry = { ...ENDPOINT_RETRY, pause: async (ms: number) => void pauses.push(ms) };
    const url = `http://127.0.0.1:${await freePort()}`;
    const client = endpointClient({ name: ENDPOINT, url, exchange, retry, requestMs: 1000 });
    await expect(client.models(new AbortController().signal)).rejects.toMatchObject({
      code: 'endpoint-unreachable',
      message: expect.stringContaining('6 tries'),
    });
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  it.each<[string, Answer, string]>([
    ['another model', [404, { error: { message: 'no such model' } }], 'endpoint-wrong-model'],
    [
      'too short a context',
      [400, { error: { message: "This model's maximum context length is 32 tokens" } }],
      'endpoint-context-too-short',
    ],
    ['a key that we lack', [401, { error: 'Unauthorized' }], 'endpoint-refused'],
    ['a move elsewhere', [302, ''], 'endpoint-refused'],
    ['a page instead of JSON', [200, '<html>'], 'endpoint-answer-invalid'],
    ['no choices', [200, { choices: [], usage: { completion_tokens: 1 } }], 'endpoint-answer-invalid'],
    ['a token that is no number', OK(['x'] as never), 'endpoint-answer-invalid'],
    ['no tokens', OK([]), 'endpoint-answer-invalid'],
    ['more tokens than asked for', OK(Array(65).fill(60)), 'endpoint-answer-invalid'],
    ['an end that we do not know', OK([60], 'content_filter'), 'endpoint-answer-invalid'],
    ['an endless answer', [200, 'x'.repeat(17 * 2 ** 20)], 'endpoint-answer-too-long'],
  ])('that has %s is not asked again', async (_, answer, code) => {
    await expect(generate(() => answer, { concurrency: 1 })).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  it('that serves another model is not asked at all', async () => {
    await expect(generate(() => PLAIN, { model: 'another' })).rejects.toMatchObject({
      code: 'endpoint-wrong-model',
      message: expect.stringContaining('serves m, but not another'),
    });
    expect(asked).toEqual([]);
  });
});

describe('the list of endpoints', () => {
  const parse = (value: unknown) =>
    endpointSettings({ ONESHOT_ENDPOINTS: typeof value === 'string' ? value : JSON.stringify(value) });

  it('is empty where the deployment has none', () => {
    expect(endpointSettings({}).size).toBe(0);
  });

  it('says what makes the completions', () => {
    const list = { a: { url: 'http://h:1', version: 'vllm/0.32.0 fp32' }, b: { url: 'https://h/' } };
    expect(endpointVersions({ ONESHOT_ENDPOINTS: JSON.stringify(list) })).toEqual({
      a: 'vllm/0.32.0 fp32',
      b: 'unknown',
    });
    expect(parse(list).get('b')?.url).toBe('https://h');
  });

  it.each([
    ['no JSON', 'http://h'],
    ['another scheme', { a: { url: 'file:///etc/passwd' } }],
    ['a password in the address', { a: { url: 'http://user:secret@h' } }],
    ['a key in the address', { a: { url: 'http://h/?key=secret' } }],
    ['a name that no generation can have', { 'A b': { url: 'http://h' } }],
    ['a misspelt setting', { a: { url: 'http://h', modell: 'm' } }],
  ])('holds no %s', (_, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'endpoints-invalid' }));
  });

  it('needs the key that it names', () => {
    const list = JSON.stringify({ a: { url: 'http://h', apiKeyVariable: 'SOME_KEY' } });
    expect(() => endpointSamplers({ ONESHOT_ENDPOINTS: list }, models.fetchModel)).toThrow(/SOME_KEY/);
  });
});

/** The completions of the shard, by a server that answers so; `count` is that of the requests before. */
async function generate(
  answer: (count: number) => Answer | Promise<Answer>,
  settings: object = {},
  env: NodeJS.ProcessEnv = {},
): Promise<readonly Completion[]> {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/v1/models') return response.end(JSON.stringify({ data: [{ id: 'm' }] }));
    headers.push(request.headers);
    const found = await answer(asked.push(JSON.parse(Buffer.concat(chunks).toString())) - 1);
    if (found === 'hang up') return request.socket.destroy();
    const [status, body] = found;
    response.writeHead(status, { location: 'http://127.0.0.1:1/' });
    return response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const sampler = await samplerOf(await listen(server), settings, env);
  const answers = await sampler.complete(shard.items, shard.problems, ampleTurn);
  return answerable<Completion>(answers.filter((answer) => answer !== undefined));
}

async function samplerOf(url: string, settings: object = {}, env: NodeJS.ProcessEnv = {}) {
  const list = JSON.stringify({ [ENDPOINT]: { url, model: 'm', ...settings } });
  const endpoint = endpointSamplers({ ONESHOT_ENDPOINTS: list, ...env }, models.fetchModel)[ENDPOINT];
  if (!endpoint) throw new Error('no endpoint');
  return endpoint(shard.request.generation, unheardLoad);
}
