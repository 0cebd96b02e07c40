/**
 * Samples from an OpenAI-compatible server that a deployment allows.
 *
 * `allowed-endpoints.ts` makes a sampler for each server of `ONESHOT_ENDPOINTS`. `endpoint-client.ts` asks for one completion
 * and `endpoint-retry.ts` asks again. Prompts and text are made here (`endpoint-text.ts`), not there.
 */
import { sha256Words } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import type { Completion, GenerationSpec, Item } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { problemOf, samplingOf } from '../../round/asked-item.ts';
import { answerable, askOrReason, isUnanswered } from '../ask-or-reason.ts';
import type { Sampler } from '../sampler.ts';
import type { EndpointAnswer, EndpointAsk, EndpointClient } from './endpoint-client.ts';
import type { EndpointText } from './endpoint-text.ts';

export interface EndpointSamplerOptions {
  readonly client: EndpointClient;
  readonly text: EndpointText;
  /** Name under which the server serves the model. */
  readonly model: string;
  /** Requests at a time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

/**
 * Samples from a model server. Prompts leave as tokens and tokens become text here, as with the `onnx` generator;
 * where the server does not tell its tokens, its text and count stand.
 *
 * @throws {KnownError} from `complete`: `endpoint-wrong-model`, and as `endpointClient` does
 */
export function endpointSampler(spec: GenerationSpec, options: EndpointSamplerOptions): Sampler {
  const { client, text, model, concurrency, signal = new AbortController().signal } = options;
  const stop = text.stopTokens(spec.stop);
  return {
    policy: 'claimed',
    batch: concurrency,
    complete: async (items, problems) => {
      const asked = items.map((item) =>
        askOrReason(item, () => askOf(item, problems, { text, spec, model, stop })),
      );
      const asks = answerable<EndpointAsk>(asked);
      await requireModel(client, model, signal);
      const made = await inParallel(asks, concurrency, (ask, end) => client.complete(ask, end), signal);
      const answers = made.values(); // one for each ask
      return items.map((item, i) => {
        const each = asked[i] as (typeof asked)[number]; // one for each item
        return isUnanswered(each) ? each : toCompletion(item, answers.next().value as EndpointAnswer, text);
      });
    },
  };
}

interface Asking {
  readonly text: EndpointText;
  readonly spec: GenerationSpec;
  readonly model: string;
  readonly stop: readonly number[];
}

function askOf(
  item: Item,
  problems: ReadonlyMap<string, Problem>,
  { text, spec, model, stop }: Asking,
): EndpointAsk {
  const { problem: id, sample } = item;
  const set = samplingOf(item, spec);
  const prompt = text.prompt(problemOf(item, problems).problem, spec.template);
  if (prompt.length === 0 || prompt.length >= text.context) throw badPrompt(id, prompt.length, text.context);
  return {
    model,
    prompt,
    temperature: set.temperature,
    topP: set.topP,
    maxTokens: Math.min(set.maxTokens, text.context - prompt.length),
    stop,
    seed: endpointSeed(spec.seed, id, sample),
  };
}

/** A seed of its own for each completion, 31 bits: llama.cpp reads 32, and takes the highest for "random". */
export function endpointSeed(seed: number, problem: string, sample: number): number {
  return sha256Words(`${seed} ${problem} ${sample}`)[0] >>> 1;
}

function toCompletion(item: Item, answer: EndpointAnswer, { decode }: EndpointText): Completion {
  const { tokens, tokenIds, finish } = answer;
  if (!tokenIds) return { ...item, text: answer.text, tokens, finish };
  return { ...item, text: decode(finish === 'stop' ? tokenIds.slice(0, -1) : tokenIds), tokens, finish };
}

async function requireModel(client: EndpointClient, model: string, signal: AbortSignal): Promise<void> {
  const served = await client.models(signal);
  if (served.includes(model)) return;
  throw new KnownError(
    'endpoint-wrong-model',
    `The model server serves ${served.join(', ').slice(0, 500) || 'nothing'}, but not ${model}. ` +
      'Serve the model under that name, or name the served one as "model" in ONESHOT_ENDPOINTS.',
  );
}

function badPrompt(problem: string, tokens: number, context: number): KnownError {
  return new KnownError(
    tokens === 0 ? 'prompt-empty' : 'prompt-too-long',
    `The prompt of ${problem} has ${tokens} tokens, and the model's context is ${context}. ` +
      'Change the problem or choose a model with a longer context.',
  );
}
