import { sha256Words } from '#shared/digest.ts';
import {
  type Completion,
  EvaluationRequest,
  type GenerateShard,
  type GenerationSpec,
  type Item,
  type PolicyCheck,
  type Problem,
  RoundManifest,
} from '#shared/messages.ts';
import type { GenerationRequest, Generator } from '#shared/ports/generator.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { encodePart, missingItems, readParts } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { readObject } from '#shared/storage/read-object.ts';
import type { Send } from '../send.ts';

/** A model that is loaded and ready to complete. */
export interface LoadedPolicy extends Generator {
  /** Whether this worker checked the digest of the files that it loaded. */
  readonly policy: PolicyCheck;
  prompt(problem: string, template: GenerationSpec['template']): readonly number[];
  decode(tokens: readonly number[]): string;
  /** Ids of the model's own end tokens and of those among `names` that its vocabulary has. */
  stopTokens(names: readonly string[]): readonly number[];
}

export interface GeneratePorts {
  readonly store: ObjectStore;
  readonly send: Send;
  readonly load: (model: string) => Promise<LoadedPolicy>;
}

/** Makes the completions that a shard still lacks, stores them as its next part, and asks for their verdicts. */
export async function generateShard(
  message: GenerateShard,
  { store, send, load }: GeneratePorts,
): Promise<void> {
  const manifest = await readObject(store, keys.roundManifest(message), RoundManifest);
  const items = manifest.shards[message.shard]?.items ?? [];
  const parts = await readParts(store, manifest.generation, message.shard);
  const missing = missingItems(items, parts);
  if (missing.length > 0) {
    const request = await readObject(store, keys.evaluationRequest(message.evaluation), EvaluationRequest);
    const problems = await readProblemsById(store, request);
    const policy = await load(request.generation.model);
    const completions = await complete(missing, request.generation, problems, policy);
    const place = { generation: manifest.generation, shard: message.shard, part: parts.length };
    const header = { schemaVersion: 1 as const, ...place, policy: policy.policy };
    const body = await encodePart({ header, completions });
    await store.putOnce(keys.part(place.generation, place.shard, place.part), body);
  }
  // Sent even if the completions were there before: their first VerifyShard may have been lost.
  await send({ ...message, type: 'verify-shard' });
}

async function complete(
  items: readonly Item[],
  spec: GenerationSpec,
  problems: ReadonlyMap<string, Problem>,
  policy: LoadedPolicy,
): Promise<readonly Completion[]> {
  const stop = policy.stopTokens(spec.stop);
  const requests = items.map((item): GenerationRequest => {
    const benchmark = item.problem.slice(0, item.problem.indexOf('/'));
    const set = spec.sets.find((candidate) => candidate.benchmark === benchmark);
    const problem = problems.get(item.problem);
    if (!set || !problem)
      throw new Error(`the manifest names ${item.problem}, which its request does not hold`);
    const [row, step] = sha256Words(item.problem);
    return {
      prompt: policy.prompt(problem.problem, spec.template),
      temperature: set.temperature,
      topP: set.topP,
      maxTokens: set.maxTokens,
      stop,
      draw: { seed: spec.seed, sample: item.sample, row, step },
    };
  });
  const results = await policy.generate(requests);
  return items.map((item, i) => {
    const { tokens, finish } = results[i] as (typeof results)[number];
    const text = policy.decode(finish === 'stop' ? tokens.slice(0, -1) : tokens);
    return { ...item, text, tokens: tokens.length, finish };
  });
}
