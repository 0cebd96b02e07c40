import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { type Listening, listen } from '#cli/serve/listen.ts';
import { type LocalApi, localApi } from '#cli/serve/local-api.ts';
import { judgesHere } from '#functions/api/verify/judges.ts';
import { newToken } from '#functions/tokens/new-token.ts';
import { createToken } from '#functions/tokens/stored-tokens.ts';
import { pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';

const { token, sha256 } = newToken();
const PROMPT = '<q> What is 2 + 3 ? <a>';
const messages = [{ role: 'user', content: 'What is 2 + 3 ?' }]; // as the prompt, by the model's template
let home: string;
let workspace: Workspace;
let server: Listening;
let local: LocalApi;
let model: string;
let other: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-asked-'));
  workspace = openWorkspace(home);
  const bases = join(packageRoot, 'trainer/microcosm/bases');
  model = await pushModelFolder(workspace.store, join(bases, 'habit-62-46'));
  other = await pushModelFolder(workspace.store, join(bases, 'habit-70-35'));
  const log = () => {};
  const ports = {
    judges: judgesHere(60_000),
    endpoints: {},
    precision: 'fp32' as const,
    concurrency: {},
    trouble: () => undefined,
    log,
  };
  local = localApi(workspace, sha256, ports);
  server = await listen(local.app, 0);
});
afterAll(async () => {
  await server.close();
  await local.close();
  workspace.close();
  await rm(home, { recursive: true });
});

function send(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body), ...init });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
async function ask(path: string, body: object): Promise<any> {
  const response = await send(path, { model, temperature: 0, ...body });
  const answer = await response.json();
  expect(answer).not.toHaveProperty('error');
  return answer;
}

async function refusal(path: string, body: object) {
  const response = await send(path, { model, ...body });
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
  return { status: response.status, ...error };
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function streamed(path: string, body: object): Promise<any[]> {
  const response = await send(path, { model, temperature: 0, stream: true, ...body });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events = (await response.text()).trim().split('\n\n');
  expect(events.at(-1)).toBe('data: [DONE]');
  return events.slice(0, -1).map((event) => JSON.parse(event.replace(/^data: /, '')));
}

describe.each(['/v1', '/openai/v1'])('completions under %s', (base) => {
  it('completes a prompt, and answers a chat that the template makes of it with the same text', async () => {
    const text = await ask(`${base}/completions`, { prompt: PROMPT });
    expect(text).toMatchObject({
      ...{ id: expect.stringMatching(/^cmpl-/), object: 'text_completion', model },
      choices: [{ index: 0, text: expect.any(String), finish_reason: 'stop', logprobs: null }],
    });
    const chat = await ask(`${base}/chat/completions`, { messages });
    expect(chat).toMatchObject({
      ...{ id: expect.stringMatching(/^chatcmpl-/), object: 'chat.completion', model },
      choices: [
        {
          ...{ index: 0, finish_reason: 'stop', logprobs: null },
          message: { role: 'assistant', content: text.choices[0].text, refusal: null },
        },
      ],
      usage: text.usage,
    });
    const { prompt_tokens, completion_tokens, total_tokens } = text.usage;
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
  });

  it('streams what it answers whole', async () => {
    const settings = { temperature: 1, seed: 4, n: 2, max_tokens: 9 };
    const text = await ask(`${base}/completions`, { prompt: PROMPT, ...settings });
    const chunks = await streamed(`${base}/completions`, { prompt: PROMPT, ...settings });
    for (const { index, text: all, finish_reason } of text.choices) {
      const own = chunks.flatMap(({ choices }) => choices).filter((choice) => choice.index === index);
      expect(own.map((choice) => choice.text).join('')).toBe(all);
      expect(own.map((choice) => choice.finish_reason)).toEqual([
        ...own.slice(1).map(() => null),
        finish_reason,
      ]);
    }
    const options = { messages, ...settings, stream_options: { include_usage: true } };
    const deltas = await streamed(`${base}/chat/completions`, options);
    expect(deltas[0].choices[0].delta).toEqual({ role: 'assistant', content: '' });
    const { usage, choices } = deltas.at(-1);
    expect([usage, choices]).toEqual([text.usage, []]);
    const first = deltas.flatMap((chunk) => chunk.choices).filter(({ index }) => index === 0);
    expect(first.map(({ delta }) => delta.content).join('')).toBe(text.choices[0].text);
  });
});

describe('completions', () => {
  it('take the sampling settings that vLLM has besides', async () => {
    const greedy = await ask('/v1/completions', { prompt: PROMPT });
    const textOf = async (settings: object) => {
      const body = { prompt: PROMPT, temperature: 1.5, seed: 3, ...settings };
      return (await ask('/v1/completions', body)).choices[0].text;
    };
    const free = await textOf({});
    expect(free).not.toBe(greedy.choices[0].text);
    for (const settings of [{ top_k: 1 }, { min_p: 1 }])
      expect(await textOf(settings)).toBe(greedy.choices[0].text);
    for (const settings of [{ top_k: -1 }, { top_k: 0, min_p: 0, repetition_penalty: 1 }])
      expect(await textOf(settings)).toBe(free);
    expect(await textOf({ repetition_penalty: 5 })).not.toBe(free);
    for (const [param, value] of [
      ['top_k', -2],
      ['top_k', 1.5],
      ['min_p', 1.1],
      ['repetition_penalty', 0],
    ] as const)
      expect(await refusal('/v1/completions', { prompt: PROMPT, [param]: value })).toMatchObject({
        ...{ status: 400, code: 'request-invalid', param },
      });
  });

  it('give the same text for the same seed, alone and in company, and as tokens', async () => {
    const settings = { temperature: 1, seed: 11, max_tokens: 12 };
    const alone = await ask('/v1/completions', { prompt: PROMPT, ...settings });
    const prompts = [PROMPT, '<q> What is 4 + 4 ? <a>', PROMPT];
    const [together, elsewhere] = await Promise.all([
      ask('/v1/completions', { prompt: prompts, n: 3, ...settings }),
      ask('/v1/completions', { prompt: PROMPT, ...settings, model: other }),
      ...Array.from({ length: 4 }, () => ask('/v1/completions', { prompt: PROMPT, temperature: 1 })),
    ]);
    expect(together.choices.map(({ index }: { index: number }) => index)).toEqual([...Array(9).keys()]);
    const texts = together.choices.map(({ text }: { text: string }) => text);
    expect([texts[0], texts[6]]).toEqual([alone.choices[0].text, alone.choices[0].text]);
    expect(elsewhere.model).toBe(other);
    const tokens = await ask('/v1/completions', { prompt: [5, 6, 7], ...settings });
    expect(tokens.usage.prompt_tokens).toBe(3);
  });

  it('end before a stop string, of which nothing is streamed', async () => {
    const free = (await ask('/v1/completions', { prompt: PROMPT })).choices[0].text;
    const stop = free.slice(4, 9);
    const cut = await ask('/v1/completions', { prompt: PROMPT, stop });
    const expected = free.slice(0, free.indexOf(stop));
    expect(cut.choices[0]).toMatchObject({ text: expected, finish_reason: 'stop' });
    const chunks = await streamed('/v1/completions', { prompt: PROMPT, stop: ['never', stop] });
    expect(chunks.map(({ choices }) => choices[0].text).join('')).toBe(expected);
  });

  it('tell log-probabilities of the tokens that were drawn', async () => {
    const chat = await ask('/v1/chat/completions', { messages, logprobs: true, top_logprobs: 0 });
    const { content } = chat.choices[0].logprobs;
    expect(content).toHaveLength(chat.usage.completion_tokens);
    expect(content.every(({ logprob }: { logprob: number }) => logprob <= 0)).toBe(true);
    const text = await ask('/v1/completions', { prompt: PROMPT, logprobs: 0 });
    const { token_logprobs, text_offset, tokens } = text.choices[0].logprobs;
    expect(token_logprobs).toEqual(content.map(({ logprob }: { logprob: number }) => logprob));
    expect([text_offset[0], tokens.length]).toEqual([0, token_logprobs.length]);
    const chunks = await streamed('/v1/completions', { prompt: PROMPT, logprobs: 0 });
    expect(chunks.flatMap(({ choices }) => choices[0].logprobs.text_offset)).toEqual(text_offset);
  });

  it('tell the log-probabilities of a text that is given, as lm-evaluation-harness asks for them', async () => {
    const drawn = await ask('/v1/completions', { prompt: PROMPT, logprobs: 0, max_tokens: 4 });
    const { token_logprobs: expected, tokens } = drawn.choices[0].logprobs;
    const count = drawn.usage.prompt_tokens;
    const prompt = PROMPT + drawn.choices[0].text;
    const answer = await ask('/v1/completions', {
      prompt: [prompt, PROMPT],
      echo: true,
      logprobs: 1,
      max_tokens: 1,
    });
    const [whole, other] = answer.choices;
    expect([whole.index, other.index, whole.finish_reason]).toEqual([0, 1, 'length']);
    expect(whole.text.startsWith(drawn.choices[0].text, PROMPT.length)).toBe(true);
    const { token_logprobs, top_logprobs, text_offset } = whole.logprobs;
    expect([token_logprobs[0], top_logprobs[0], text_offset[0]]).toEqual([null, null, 0]);
    for (const [i, logprob] of expected.entries()) {
      expect(token_logprobs[count + i]).toBeCloseTo(logprob, 4);
      // They were drawn greedily, so that each is the most probable one of its place.
      expect(Math.max(...(Object.values(top_logprobs[count + i]) as number[]))).toBe(
        token_logprobs[count + i],
      );
    }
    expect(other.logprobs.token_logprobs.at(-1)).toBeCloseTo(expected[0], 4);
    expect(other.logprobs.tokens.at(-1)).toBe(tokens[0]);
    expect(answer.usage.completion_tokens).toBe(2);
    const none = await ask('/v1/completions', { prompt, echo: true, logprobs: 0, max_tokens: 0 });
    expect(none.choices[0].logprobs.token_logprobs).toEqual(token_logprobs.slice(0, -1));
    expect(none.usage.completion_tokens).toBe(0);
  });

  it('go on for others when a client goes away', async () => {
    const leaving = new AbortController();
    const left = send('/v1/completions', { model, prompt: PROMPT, stream: true }, { signal: leaving.signal });
    const whole = ask('/v1/completions', { prompt: PROMPT });
    leaving.abort();
    await expect(left).rejects.toThrow('abort');
    expect((await whole).choices[0].finish_reason).toBe('stop');
  });

  it.each([
    [404, 'model-name-unknown', null, { model: 'nobody' }],
    [404, 'model-name-unknown', null, { model: 'org/name' }],
    [400, 'prompt-too-long', null, { prompt: '1 '.repeat(600) }],
    [400, 'prompt-empty', null, { prompt: '' }],
    [400, 'token-unknown', null, { prompt: [1, 99_999] }],
    [400, 'request-invalid', 'logprobs', { logprobs: 3 }],
    [400, 'request-invalid', 'presence_penalty', { presence_penalty: 0.5 }],
    [400, 'request-invalid', 'logit_bias', { logit_bias: { 5: -100 } }],
    [400, 'request-invalid', 'typical_p', { typical_p: 0.5 }],
    [400, 'request-invalid', 'echo', { echo: true }],
    [400, 'request-invalid', 'max_tokens', { echo: true, logprobs: 1, max_tokens: 2 }],
    [400, 'request-invalid', 'temperature', { echo: true, logprobs: 1, max_tokens: 1 }],
    [400, 'request-invalid', 'max_tokens', { max_tokens: 0 }],
    [400, 'request-invalid', 'logprobs', { logprobs: 1 }],
    [400, 'request-invalid', 'stop', { stop: ['a', 'b', 'c', 'd', 'e'] }],
    [400, 'request-invalid', 'temperature', { temperature: -1 }],
    [400, 'request-invalid', 'n', { n: 1000 }],
  ])('answer %s %s in the form of OpenAI', async (status, code, param, body) => {
    const type = 'invalid_request_error';
    const expected = { status, code, param, type };
    expect(await refusal('/v1/completions', { prompt: PROMPT, ...body })).toMatchObject(expected);
    const isStream = { prompt: PROMPT, stream: true, ...body };
    expect(await refusal('/v1/completions', isStream)).toMatchObject(expected);
  });

  it.each([
    ['tools', { tools: [{ type: 'function' }] }],
    ['top_logprobs', { logprobs: true, top_logprobs: 2 }],
    ['response_format.type', { response_format: { type: 'json_object' } }],
    ['messages.0.role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['functions', { functions: [] }],
  ])('refuse %s in a chat', async (param, body) => {
    const expected = { status: 400, code: 'request-invalid', param };
    expect(await refusal('/v1/chat/completions', { messages, ...body })).toMatchObject(expected);
  });

  it('take what changes nothing, and texts in parts', async () => {
    const parts = [{ type: 'text', text: 'What is 2 + 3 ?' }];
    const neutral = {
      user: 'me',
      tools: [],
      presence_penalty: 0,
      stop: null,
      response_format: { type: 'text' },
    };
    const chat = await ask('/v1/chat/completions', {
      messages: [{ role: 'user', content: parts }],
      ...neutral,
    });
    const plain = await ask('/v1/chat/completions', { messages });
    expect(chat.choices).toEqual(plain.choices);
  });
});

describe('the base of clients', () => {
  const get = (path: string, bearer?: string) =>
    fetch(
      `${server.url}${path}`,
      bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } },
    );

  it('lists models in the form of OpenAI, where our own list stays what it is', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const { object, data } = (await (await get('/openai/v1/models', token)).json()) as any;
    expect([object, data.map(({ id }: { id: string }) => id).sort()]).toEqual([
      'list',
      [model, other].sort(),
    ]);
    expect(data[0]).toMatchObject({ object: 'model', created: expect.any(Number), owned_by: 'oneshot' });
    expect(await (await get('/v1/models', token)).json()).toMatchObject({ total: 2 });
  });

  it('lets nobody in without a token, nor readers work, and says so in the form of OpenAI', async () => {
    const nobody = await get('/openai/v1/models');
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { error: { code: 'token-missing' } }]);
    const reader = await createToken(workspace.store, { name: 'reader', scope: 'read', createdAt: 0 });
    expect((await get('/openai/v1/models', reader)).status).toBe(200);
    const headers = { authorization: `Bearer ${reader}` };
    const refused = await send('/openai/v1/completions', { model, prompt: PROMPT }, { headers });
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: { type: expect.any(String) } },
    ]);
  });

  it('answers 400 to what is no JSON', async () => {
    const response = await send('/openai/v1/completions', {}, { body: '{' });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'json-invalid' } },
    ]);
  });
});
