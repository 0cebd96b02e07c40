import { z } from 'zod';
import type { Exchange, HttpAnswer } from '#shared/adapters/http/exchange.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { type RetryPolicy, retried, TransientError } from './endpoint-retry.ts';

/** One completion, as our prompt and our sampling settings ask for it. */
export interface EndpointAsk {
  /** Name under which the server serves the model. */
  readonly model: string;
  readonly prompt: readonly number[];
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly stop: readonly number[];
  /** 0 ≤ seed < 2^31, which every server accepts. */
  readonly seed: number;
}

export interface EndpointAnswer {
  readonly text: string;
  /** Generated tokens, the stop token included. */
  readonly tokens: number;
  /** The tokens themselves, from servers that tell. */
  readonly tokenIds: readonly number[] | undefined;
  readonly finish: 'stop' | 'length';
}

export interface EndpointClientOptions {
  /** For messages: the name in the deployment's list. */
  readonly name: string;
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly exchange: Exchange;
  readonly retry: RetryPolicy;
  /** Longest time for one completion. */
  readonly requestMs: number;
}

export interface EndpointClient {
  /** Names of the models that the server serves. */
  models(signal: AbortSignal): Promise<readonly string[]>;
  /** One completion. @throws {KnownError} as `endpointClient` says */
  complete(ask: EndpointAsk, signal: AbortSignal): Promise<EndpointAnswer>;
}

const MAX_ANSWER_BYTES = 16 * 2 ** 20;
const MODELS_MS = 30_000;

const tokenIds = z.array(z.number().int().nonnegative());
const CompletionAnswer = z.object({
  choices: z.tuple([
    z.object({ text: z.string(), finish_reason: z.string(), token_ids: tokenIds.nullish() }),
  ]),
  usage: z.object({ completion_tokens: z.number().int().nonnegative() }),
});
const ModelsAnswer = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Speaks to an OpenAI-compatible server, vLLM's extensions included where the server has them.
 *
 * @throws {KnownError} from what it gives back: `endpoint-unreachable` after the last try, `endpoint-wrong-model`,
 *   `endpoint-context-too-short`, `endpoint-refused` and `endpoint-answer-invalid`
 */
export function endpointClient(options: EndpointClientOptions): EndpointClient {
  const { name, url, apiKey, exchange, retry, requestMs } = options;
  const what = `The model server "${name}" at ${url}`;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

  async function call<T>(
    path: string,
    schema: z.ZodType<T>,
    signal: AbortSignal,
    json?: unknown,
  ): Promise<T> {
    const method = json === undefined ? 'GET' : 'POST';
    return retried(
      what,
      async () => {
        const limited = AbortSignal.any([
          signal,
          AbortSignal.timeout(json === undefined ? MODELS_MS : requestMs),
        ]);
        const request = {
          method,
          url: url + path,
          headers,
          maxBytes: MAX_ANSWER_BYTES,
          signal: limited,
        } as const;
        const answer = await exchange({ ...request, json }).catch(asTransient);
        return parseAnswer(what, accepted(what, answer), schema);
      },
      retry,
      signal,
    );
  }

  return {
    models: async (signal) => (await call('/v1/models', ModelsAnswer, signal)).data.map(({ id }) => id),
    complete: async (ask, signal) => {
      const parse = CompletionAnswer.transform((answer, context) => toAnswer(answer, ask, context));
      return call('/v1/completions', parse, signal, bodyOf(ask));
    },
  };
}

/** Everything that a server might set by a default of its own or of the model is said. */
function bodyOf({ model, prompt, temperature, topP, maxTokens, stop, seed }: EndpointAsk) {
  return {
    model,
    prompt,
    max_tokens: maxTokens,
    temperature,
    top_p: temperature === 0 ? 1 : topP,
    seed,
    n: 1,
    stream: false,
    presence_penalty: 0,
    frequency_penalty: 0,
    // Not OpenAI's: vLLM and llama.cpp know the first two, vLLM the rest; other servers ignore them.
    top_k: 0,
    min_p: 0,
    repetition_penalty: 1,
    stop_token_ids: stop,
    return_token_ids: true,
  };
}

function asTransient(error: unknown): never {
  if (error instanceof KnownError) throw error;
  throw new TransientError(messageOf(error), { cause: error });
}

/** The body of a good answer. */
function accepted(what: string, { status, body }: HttpAnswer): string {
  if (status === 200) return body;
  const detail = `${status} ${body.slice(0, 500)}`;
  if (status === 408 || status === 429 || status >= 500) throw new TransientError(detail);
  if (status === 404) {
    throw new KnownError(
      'endpoint-wrong-model',
      `${what} does not serve this model: ${detail}. Name the model that it serves in ONESHOT_ENDPOINTS.`,
    );
  }
  if (status === 400 && /context|max_model_len|maximum.*length/i.test(body)) {
    throw new KnownError(
      'endpoint-context-too-short',
      `${what} has no room for a prompt and its completion: ${detail}. ` +
        'Start it with a longer context, or ask for fewer tokens.',
    );
  }
  throw new KnownError(
    'endpoint-refused',
    `${what} refused a request: ${detail}. Check its log, its version and the API key.`,
  );
}

function parseAnswer<T>(what: string, body: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    if (cause instanceof TransientError) throw cause;
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new KnownError(
      'endpoint-answer-invalid',
      `${what} does not answer as OpenAI's API does: ${reason}. Check that it is a model server, and its version.`,
      { cause },
    );
  }
}

/** @throws {TransientError} when the server gave up, as vLLM does when its weights are changed meanwhile */
function toAnswer(
  { choices: [{ text, finish_reason: finish, token_ids: ids }], usage }: z.infer<typeof CompletionAnswer>,
  { maxTokens }: EndpointAsk,
  context: z.RefinementCtx,
): EndpointAnswer {
  if (finish === 'abort') throw new TransientError('it aborted the completion');
  const tokens = ids?.length ?? usage.completion_tokens;
  if (finish !== 'stop' && finish !== 'length') {
    context.addIssue({ code: 'custom', message: `a completion cannot end by "${finish.slice(0, 100)}"` });
    return z.NEVER;
  }
  if (tokens < 1 || tokens > maxTokens) {
    context.addIssue({ code: 'custom', message: `${tokens} tokens where 1 to ${maxTokens} were asked for` });
    return z.NEVER;
  }
  return { text, tokens, tokenIds: ids ?? undefined, finish };
}
