import { describe, expect, it } from 'vitest';
import type { Exchange, HttpRequest } from '#shared/adapters/http/exchange.ts';
import { askModelServer } from '#shared/adapters/http-model/ask-model-server.ts';
import { checkCompletion } from '#shared/adapters/http-model/check-completion.ts';
import { TransientError } from '#shared/adapters/http-model/transient-error.ts';
import { KnownError } from '#shared/errors.ts';

const ask = (exchange: Exchange, json?: unknown) =>
  askModelServer(
    {
      exchange,
      url: 'http://model/v1',
      json,
      maxBytes: 10,
      timeoutMs: 1000,
      signal: new AbortController().signal,
    },
    (_, detail) => new KnownError('endpoint-refused', detail),
  );
const answers =
  (status: number): Exchange =>
  async () => ({ status, body: 'words' });

describe('askModelServer', () => {
  it('gives the body of a good answer, and posts where there is something to say', async () => {
    const requests: HttpRequest[] = [];
    const exchange: Exchange = async (request) => {
      requests.push(request);
      return { status: 200, body: 'words' };
    };
    expect(await ask(exchange)).toBe('words');
    await ask(exchange, {});
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it.each([408, 429, 500, 503])('holds %i for what another try may mend', async (status) => {
    await expect(ask(answers(status))).rejects.toThrow(TransientError);
  });

  it.each([302, 400, 401, 404])('holds %i for a refusal, and tells what came with it', async (status) => {
    await expect(ask(answers(status))).rejects.toMatchObject({
      code: 'endpoint-refused',
      message: `${status} words`,
    });
  });

  it('holds a connection that breaks for what may pass, and an answer that is too long for what may not', async () => {
    const breaks: Exchange = () => Promise.reject(new Error('reset'));
    await expect(ask(breaks)).rejects.toThrow(TransientError);
    const long: Exchange = () => Promise.reject(new KnownError('endpoint-answer-too-long', 'long'));
    await expect(ask(long)).rejects.toMatchObject({ code: 'endpoint-answer-too-long' });
  });
});

describe('checkCompletion', () => {
  const check = (finish: string, tokens: number) =>
    checkCompletion({ finish, tokens, maxTokens: 3 }, (what) => new RangeError(what));

  it('takes completions of 1 token up to the limit that ended or were cut', () => {
    expect([check('stop', 1), check('length', 3)]).toEqual(['stop', 'length']);
  });

  it.each([
    ['stop', 0],
    ['length', 4],
    ['tool_calls', 2],
  ])('refuses one that ended by %s after %i tokens', (finish, tokens) => {
    expect(() => check(finish, tokens)).toThrow(RangeError);
  });

  it('asks again for one that the server gave up', () => {
    expect(() => check('abort', 0)).toThrow(TransientError);
  });
});
