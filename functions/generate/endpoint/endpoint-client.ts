import { z } from 'zod';
import type { Exchange, HttpAnswer } from '#shared/adapters/http/exchange.ts';
import { askModelServer } from '#shared/adapters/http-model/ask-model-server.ts';
import { checkCompletion, type Finish } from '#shared/adapters/http-model/check-completion.ts';
import { TransientError } from '#shared/adapters/http-model/transient-error.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { type RetryPolicy, retried } from './endpoint-retry.ts';

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
  readonly finish: Finish;
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
  const what = `The model server "${options.name}" at ${options.url}`;
  const call = async <T>(route: Route, read: (json: unknown) => T, signal: AbortSignal) => {
    const work = async () => parseAnswer(what, await ask(route, what, options, signal), read);
    return retried(what, work, options.retry, signal);
  };
  return {
    models: async (signal) => {
      const read = (json: unknown) => ModelsAnswer.parse(json).data.map(({ id }) => id);
      return call({ path: '/v1/models', timeoutMs: MODELS_MS }, read, signal);
    },
    complete: async (asked, signal) => {
      const read = (json: unknown) => toAnswer(CompletionAnswer.parse(json), asked);
      const route = { path: '/v1/completions', json: bodyOf(asked), timeoutMs: options.requestMs };
      return call(route, read, signal);
    },
  };
}

interface Route {
  readonly path: string;
  readonly json?: unknown;
  readonly timeoutMs: number;
}

/** The body of a good answer to one try. */
function ask(
  { path, json, timeoutMs }: Route,
  what: string,
  { url, apiKey, exchange }: EndpointClientOptions,
  signal: AbortSignal,
): Promise<string> {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return askModelServer(
    { exchange, url: url + path, headers, json, maxBytes: MAX_ANSWER_BYTES, timeoutMs, signal },
    (answer, detail) => refusal(what, answer, detail),
  );
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

/** The error of a status that another try would not mend. */
function refusal(what: string, { status, body }: HttpAnswer, detail: string): KnownError {
  if (status === 404) {
    return new KnownError(
      'endpoint-wrong-model',
      `${what} does not serve this model: ${detail}. Name the model that it serves in ONESHOT_ENDPOINTS.`,
    );
  }
  if (status === 400 && /context|max_model_len|maximum.*length/i.test(body)) {
    return new KnownError(
      'endpoint-context-too-short',
      `${what} has no room for a prompt and its completion: ${detail}. ` +
        'Start it with a longer context, or ask for fewer tokens.',
    );
  }
  return new KnownError(
    'endpoint-refused',
    `${what} refused a request: ${detail}. Check its log, its version and the API key.`,
  );
}

function parseAnswer<T>(what: string, body: string, read: (json: unknown) => T): T {
  try {
    return read(JSON.parse(body));
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

/** @throws {TransientError} as `checkCompletion` does */
function toAnswer(
  { choices: [{ text, finish_reason, token_ids: ids }], usage }: z.infer<typeof CompletionAnswer>,
  { maxTokens }: EndpointAsk,
): EndpointAnswer {
  const tokens = ids?.length ?? usage.completion_tokens;
  const finish = checkCompletion({ finish: finish_reason, tokens, maxTokens }, (fault) => new Error(fault));
  return { text, tokens, tokenIds: ids ?? undefined, finish };
}
