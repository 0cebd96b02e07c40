/**
 * Samples with the decoder of `shared/inference/`, in this process.
 *
 * `model-cache.ts` brings a model's checked files to this disk (`rounded-models.ts`: those of less bits, which one worker makes
 * for all), `load-policy.ts` loads weights, tokenizer and chat template (`load-policy-text.ts`: the last two alone),
 * `keep-latest.ts` keeps one model in memory, and this file samples from it.
 */
import { sha256Words } from '#shared/encoding/digest.ts';
import type { Begun, GenerationRequest, InterruptibleGenerator, Open } from '#shared/ports/generator.ts';
import type { GenerationSpec, Item, PolicyCheck } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { problemOf, samplingOf } from '../../round/asked-item.ts';
import { answerable, askOrReason, isUnanswered } from '../ask-or-reason.ts';
import type { Sampler } from '../sampler.ts';

/** A model that is loaded and ready to complete. */
export interface LoadedPolicy extends Omit<InterruptibleGenerator, 'generate'> {
  /** Whether this worker checked the digest of the files that it loaded. */
  readonly policy: PolicyCheck;
  prompt(problem: string, template: GenerationSpec['template']): readonly number[];
  decode(tokens: readonly number[]): string;
  /** @throws {KnownError} where no completion can follow a prompt, such as `prompt-too-long` */
  checkPrompt(prompt: readonly number[]): void;
  /** Completions that could begin at once beside those at work. */
  freeRows(): number;
  /** Ids of the model's own end tokens and of those among `names` that its vocabulary has. */
  stopTokens(names: readonly string[]): readonly number[];
}

/** Samples from a loaded model, every completion by draws of its own. */
export function policySampler(policy: LoadedPolicy, spec: GenerationSpec): Sampler {
  const stop = policy.stopTokens(spec.stop);
  return {
    policy: policy.policy,
    batch: Number.POSITIVE_INFINITY,
    freeRows: () => policy.freeRows(),
    complete: async (items, problems, { begun, goesOn, onMade, onOpen, onRun }) => {
      const asked = items.map((item) =>
        askOrReason(item, () => requestOf(item, problems, policy, spec, stop, begun(item))),
      );
      const requests = answerable<GenerationRequest>(asked);
      const answered = items.filter((_, i) => !isUnanswered(asked[i] as (typeof asked)[number]));
      const turn = { goesOn, onRun, onOpen: (at: number, open: Open) => onOpen(answered[at] as Item, open) };
      const made = requests.length > 0 ? await policy.generateInTurn(requests, turn, onMade) : [];
      const results = made.values(); // one for each request
      return items.map((item, i) => {
        const each = asked[i] as (typeof asked)[number]; // one for each item
        if (isUnanswered(each)) return each;
        const result = results.next().value;
        if (!result) return undefined;
        const { tokens, finish } = result;
        const text = policy.decode(finish === 'stop' ? tokens.slice(0, -1) : tokens);
        return { ...item, text, tokens: tokens.length, finish };
      });
    },
  };
}

function requestOf(
  item: Item,
  problems: ReadonlyMap<string, Problem>,
  policy: LoadedPolicy,
  spec: GenerationSpec,
  stop: readonly number[],
  begun: Begun | undefined,
): GenerationRequest {
  const set = samplingOf(item, spec);
  const [row, step] = sha256Words(item.problem);
  const prompt = policy.prompt(problemOf(item, problems).problem, spec.template);
  policy.checkPrompt(prompt);
  return {
    prompt,
    temperature: set.temperature,
    topP: set.topP,
    maxTokens: set.maxTokens,
    stop,
    logprobs: false,
    draw: { seed: spec.seed, sample: item.sample, row, step },
    ...(begun && { begun }),
  };
}
