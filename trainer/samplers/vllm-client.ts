import { z } from 'zod';
import type { Exchange } from '#shared/adapters/http/exchange.ts';
import { askModelServer } from '#shared/adapters/http-model/ask-model-server.ts';
import { checkCompletion } from '#shared/adapters/http-model/check-completion.ts';
import { TransientError } from '#shared/adapters/http-model/transient-error.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { DrawnCompletion } from './sampler.ts';

/** One completion, as the step's settings ask for it. */
export interface VllmAsk {
  readonly prompt: Int32Array;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly stop: readonly number[];
  /** 0 ≤ seed < 2^31. */
  readonly seed: number;
}

export interface VllmAnswer extends DrawnCompletion {
  /** Names of the weights that made its tokens, in order. */
  readonly versions: readonly string[];
}

export interface VllmClient {
  /** Tokens of prompt and completion together that the server has room for. */
  context(): Promise<number>;
  /**
   * @throws {TransientError} on what another try may mend
   * @throws {KnownError} `sampler-refused`, `sampler-answer-invalid`
   */
  generate(ask: VllmAsk, signal: AbortSignal): Promise<VllmAnswer>;
}

export interface VllmClientOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly exchange: Exchange;
  /** Longest time for one completion. */
  readonly requestMs: number;
}

const MAX_ANSWER_BYTES = 64 * 2 ** 20;

const Models = z.object({ data: z.tuple([z.object({ max_model_len: z.number().int().positive() })]) });
const Generated = z.object({
  choices: z.tuple([
    z.object({
      token_ids: z.array(z.number().int().nonnegative()),
      finish_reason: z.string(),
      logprobs: z.object({ content: z.array(z.object({ token_id: z.number(), logprob: z.number() })) }),
      weight_versions: z.array(z.object({ version: z.string() })).min(1),
    }),
  ]),
});

/** Speaks vLLM's tokens-in, tokens-out route, whose answers name the weights that made them. */
export function vllmClient({ url, apiKey, exchange, requestMs }: VllmClientOptions): VllmClient {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const call = async <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal, json?: unknown) => {
    const ask = {
      exchange,
      url: url + path,
      headers,
      json,
      maxBytes: MAX_ANSWER_BYTES,
      timeoutMs: requestMs,
      signal,
    };
    return parse(path, await askModelServer(ask, (_, detail) => refused(path, detail)), schema);
  };
  return {
    context: async () => {
      const { data } = await call('/v1/models', Models, new AbortController().signal);
      return data[0].max_model_len;
    },
    generate: async (ask, signal) => {
      const { choices } = await call('/inference/v1/generate', Generated, signal, bodyOf(ask));
      return toAnswer(choices[0], ask);
    },
  };
}

/** Everything that a server might set by a default of its own is said; only our stop tokens end a completion. */
function bodyOf({ prompt, temperature, maxTokens, stop, seed }: VllmAsk) {
  return {
    token_ids: [...prompt],
    sampling_params: {
      max_tokens: maxTokens,
      temperature,
      top_p: 1,
      top_k: 0,
      min_p: 0,
      presence_penalty: 0,
      frequency_penalty: 0,
      repetition_penalty: 1,
      seed,
      n: 1,
      logprobs: 0,
      stop_token_ids: stop,
      ignore_eos: true,
      detokenize: false,
    },
    stream: false,
  };
}

function refused(path: string, detail: string): KnownError {
  return new KnownError(
    'sampler-refused',
    `The vLLM server refused ${path}: ${detail}. Start it as docs/vllm-sampler.md says, with room for prompt and completion.`,
  );
}

/** A body that is cut is a fault that passes; one that says something else is not. */
function parse<T>(path: string, body: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new TransientError(`the answer to ${path} is no whole JSON: ${messageOf(cause)}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(`the answer to ${path}: ${z.prettifyError(parsed.error)}`);
}

function toAnswer(
  { token_ids: ids, finish_reason: finish, logprobs, weight_versions: versions }: Generated['choices'][0],
  { maxTokens, stop }: VllmAsk,
): VllmAnswer {
  const stopped = checkCompletion({ finish, tokens: ids.length, maxTokens }, invalid) === 'stop';
  const last = ids.at(-1) as number; // there is one
  const fault =
    (stopped &&
      !stop.includes(last) &&
      `a completion that stopped at token ${last}, which is no stop token`) ||
    (logprobs.content.some(({ token_id }, t) => token_id !== ids[t]) &&
      'log-probabilities of other tokens') ||
    (logprobs.content.length !== ids.length &&
      `${logprobs.content.length} log-probabilities of ${ids.length} tokens`);
  if (fault) throw invalid(fault);
  return {
    tokens: Int32Array.from(ids),
    logprobs: Float32Array.from(logprobs.content, ({ logprob }) => logprob),
    stopped,
    versions: versions.map(({ version }) => version),
  };
}
type Generated = z.infer<typeof Generated>;

function invalid(what: string): KnownError {
  return new KnownError(
    'sampler-answer-invalid',
    `The sampler does not answer as vLLM 0.32 does: ${what}. Check the address in ONESHOT_SAMPLER_URL and its version.`,
  );
}
