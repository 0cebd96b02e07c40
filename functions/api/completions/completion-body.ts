import { z } from 'zod';
import type { ChatMessage } from '#shared/inference/chat-template.ts';
import type { Sampling } from '#shared/ports/generator.ts';
import { OpenAiError } from './openai-error.ts';

/** As many as OpenAI's API allows. */
const MOST_CHOICES = 128;
const MOST_PROMPTS = 2048;
const MOST_STOPS = 4;
/** Where nobody says how long an answer may be: what OpenAI's API allows a completion, and enough for most answers. */
const COMPLETION_TOKENS = 16;
const CHAT_TOKENS = 1024;

/** What is asked of a model. */
export interface TextAsk extends Sampling {
  readonly model: string;
  readonly prompts: readonly (string | readonly number[] | readonly ChatMessage[])[];
  /** Completions of each prompt. */
  readonly n: number;
  readonly maxTokens: number;
  readonly seed: number | undefined;
  readonly stop: readonly string[];
  readonly logprobs: boolean;
  /** The prompts are told with their own log-probabilities, and one token after them at most. */
  readonly echo: boolean;
  /** Of an echo, with the most probable token of each place. */
  readonly likeliestToo: boolean;
  readonly stream: boolean;
  /** In a stream. */
  readonly usage: boolean;
}

/** A field that may be absent or `null`, which both mean a default. */
const or = <S extends z.ZodType, D extends z.output<S>>(schema: S, value: D) =>
  schema.nullish().transform((given): z.output<S> | D => given ?? value);
const positive = z.number().int().min(1).max(1e9);
const unused = z.unknown().optional();
const zero = (what: string) => z.literal(0, `${what} is not supported, only 0`).nullish();

/** What both kinds take. Fields that change no text are taken and not used. */
const common = {
  model: z.string(),
  n: or(z.number().int().min(1).max(MOST_CHOICES), 1),
  temperature: or(z.number().min(0).max(2), 1),
  top_p: or(z.number().gt(0).max(1), 1),
  // vLLM's, where 0 and -1 mean all tokens.
  top_k: z
    .number()
    .int()
    .min(-1)
    .max(1e9)
    .nullish()
    .transform((count) => (count && count > 0 ? count : undefined)),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
  stop: or(
    z.union([
      z
        .string()
        .min(1)
        .transform((text) => [text]),
      z.array(z.string().min(1)).max(MOST_STOPS),
    ]),
    [],
  ),
  stream: or(z.boolean(), false),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: unused })
    .nullish(),
  presence_penalty: zero('presence_penalty'),
  frequency_penalty: zero('frequency_penalty'),
  logit_bias: z.strictObject({}, 'logit_bias is not supported').nullish(),
  ...{ user: unused, metadata: unused, store: unused, service_tier: unused },
  ...{ safety_identifier: unused, prompt_cache_key: unused },
};

const tokens = z.array(z.number().int().min(0));
const CompletionBody = z.strictObject({
  ...common,
  prompt: z.union([
    z.string(),
    tokens.min(1),
    z
      .array(z.union([z.string(), tokens]))
      .min(1)
      .max(MOST_PROMPTS),
  ]),
  max_tokens: or(z.number().int().min(0).max(1e9), COMPLETION_TOKENS),
  logprobs: z.union([z.literal(0), z.literal(1)]).nullish(),
  best_of: z.literal(1, 'best_of is not supported, only 1').nullish(),
  echo: or(z.boolean(), false),
  suffix: z.literal('', 'suffix is not supported').nullish(),
});

const part = z.strictObject({ type: z.literal('text', 'only text is supported'), text: z.string() });
const content = z.union([
  z.string(),
  z.array(part).transform((parts) => parts.map(({ text }) => text).join('')),
]);
const message = z.strictObject({
  role: z
    .enum(['system', 'developer', 'user', 'assistant'])
    .transform((role) => (role === 'developer' ? 'system' : role)),
  content,
});
const ChatBody = z.strictObject({
  ...common,
  messages: z.array(message).min(1).max(MOST_PROMPTS),
  max_tokens: positive.nullish(),
  max_completion_tokens: positive.nullish(),
  logprobs: or(z.boolean(), false),
  top_logprobs: z
    .literal(0, 'only 0 is supported: the log-probabilities of the tokens that were drawn')
    .nullish(),
  tools: z.array(z.unknown()).max(0, 'tools are not supported').nullish(),
  tool_choice: z.literal('none', 'tools are not supported').nullish(),
  parallel_tool_calls: unused,
  response_format: z.strictObject({ type: z.literal('text', 'only text is supported') }).nullish(),
});

/** What the body of `POST …/completions` asks. @throws {OpenAiError} `request-invalid` */
export function readCompletionBody(value: unknown): TextAsk {
  const body = parse(CompletionBody, value);
  const { prompt, max_tokens, logprobs, echo, ...rest } = body;
  const unfit = echo ? unfitForEcho(body) : unfitForDrawing(body);
  if (unfit) throw new OpenAiError('request-invalid', `${unfit.param}: ${unfit.why}`, { param: unfit.param });
  const prompts = typeof prompt === 'string' ? [prompt] : isTokens(prompt) ? [prompt] : prompt;
  const hasLogprobs = typeof logprobs === 'number';
  return {
    ...askOf(rest),
    prompts,
    maxTokens: max_tokens,
    logprobs: hasLogprobs,
    echo,
    likeliestToo: logprobs === 1,
  };
}

interface Unfit {
  readonly param: string;
  readonly why: string;
}

/** Why a text cannot be scored so, as lm-evaluation-harness asks for it: `echo`, `logprobs` and no token or one. */
function unfitForEcho(body: z.output<typeof CompletionBody>): Unfit | undefined {
  if (typeof body.logprobs !== 'number') return { param: 'echo', why: 'is supported with logprobs alone' };
  if (body.max_tokens > 1) return { param: 'max_tokens', why: 'is 0 or 1 with echo' };
  if (body.max_tokens === 1 && body.temperature !== 0)
    return { param: 'temperature', why: 'is 0 with echo: the token after a text is the most probable one' };
  if (body.n > 1) return { param: 'n', why: 'is 1 with echo' };
  return body.stream ? { param: 'stream', why: 'is not supported with echo' } : undefined;
}

function unfitForDrawing(body: z.output<typeof CompletionBody>): Unfit | undefined {
  if (body.max_tokens === 0) return { param: 'max_tokens', why: 'is 0 with echo and logprobs alone' };
  if (body.logprobs !== 1) return undefined;
  return {
    param: 'logprobs',
    why: 'only 0 is supported: the log-probabilities of the tokens that were drawn',
  };
}

/** What the body of `POST …/chat/completions` asks. @throws {OpenAiError} `request-invalid` */
export function readChatBody(value: unknown): TextAsk {
  const { messages, max_tokens, max_completion_tokens, logprobs, ...rest } = parse(ChatBody, value);
  const maxTokens = max_completion_tokens ?? max_tokens ?? CHAT_TOKENS;
  return { ...askOf(rest), prompts: [messages], maxTokens, logprobs, echo: false, likeliestToo: false };
}

function isTokens(prompt: readonly unknown[]): prompt is number[] {
  return prompt.every((each) => typeof each === 'number');
}

function askOf(body: z.output<z.ZodObject<typeof common>>) {
  const { model, n, temperature, top_p, top_k, min_p, repetition_penalty } = body;
  const { seed, stop, stream, stream_options } = body;
  const usage = stream_options?.include_usage ?? false;
  const sampling = {
    ...{ temperature, topP: top_p, topK: top_k },
    ...{ minP: min_p ?? undefined, repetitionPenalty: repetition_penalty ?? undefined },
  };
  return { model, n, ...sampling, seed: seed ?? undefined, stop, stream, usage };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys[0] : undefined;
  const param = unknown ?? (issue?.path.join('.') || null);
  const why = unknown === undefined ? (issue?.message ?? '') : 'is not supported here';
  throw new OpenAiError('request-invalid', [param, why].filter(Boolean).join(': '), { param });
}
