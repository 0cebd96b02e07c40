/**
 * Makes completions.
 *
 * `generate-shard.ts` makes what a shard still lacks and stores it as the shard's next part. `sampler.ts` says what a sampler
 * is and `sampler-of.ts` picks one by the kind of the generator: `policy/` decodes in this process, `endpoint/` asks a model
 * server that is there, `model-server/` starts and loads one itself, `recorded-sampler.ts` takes what was made elsewhere.
 */
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import {
  type Completion,
  EvaluationRequest,
  type GenerateShard,
  type Item,
  type Problem,
  RoundManifest,
} from '#shared/messages.ts';
import type { Send } from '#shared/messaging/send.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Made } from '#shared/ports/generator.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { encodePart, missingItems, readParts } from '#shared/storage/completion-part.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { rememberedObject } from '#shared/storage/remembered.ts';
import { endIfCancelled } from '../round/end-if-cancelled.ts';
import { failShard } from '../round/fail-shard.ts';
import { answerable, isUnanswered } from './ask-or-reason.ts';
import type { Answer, MakeSampler, Sampler } from './sampler.ts';

export interface GeneratePorts {
  readonly store: ObjectStore;
  readonly send: Send;
  readonly sampler: MakeSampler;
  /** Does work alone: a worker has one sampler, which makes one shard at a time while the next one is fetched. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Until the host ends this worker; infinite where nobody does. */
  readonly remainingMs: () => number;
  /** Told often what there is of a shard, for whoever waits. */
  readonly onMade?: (shard: GenerateShard, made: Made) => void;
}

/** Time kept free for storing a part and sending two messages. */
const CLOSING_MS = 5_000;

/**
 * Makes the completions that a shard still lacks and stores them as its next part. A worker near its time limit
 * stores what it has and sends the rest on; when none is missing, the verdicts are asked for. A shard whose model cannot
 * be computed fails with that reason.
 */
export async function generateShard(message: GenerateShard, ports: GeneratePorts): Promise<void> {
  const { store, send } = ports;
  if (await endIfCancelled(message, store)) return;
  const manifest = await rememberedObject(store, keys.roundManifest(message), RoundManifest);
  const items = manifest.shards[message.shard]?.items ?? [];
  const parts = await readParts(store, manifest.generation, message.shard);
  const missing = missingItems(items, parts);
  try {
    const left = missing.length === 0 ? 0 : await makePart(message, missing, parts.length, ports);
    if (left > 0) return send(message);
  } catch (error) {
    // What lies in the model itself would end in the same way again.
    if (error instanceof KnownError && hasRole(error.code, 'unfit-model'))
      return failShard(message, error.code, store);
    throw error;
  }
  // Sent even if the completions were there before: their first VerifyShard may have been lost.
  await send({ ...message, type: 'verify-shard' });
}

/** Stores the next part of a shard. @returns how many completions are still missing */
async function makePart(
  message: GenerateShard,
  missing: readonly Item[],
  part: number,
  ports: GeneratePorts,
): Promise<number> {
  const { store, onMade = () => {} } = ports;
  const { evaluation, shard } = message;
  const request = await rememberedObject(store, keys.evaluationRequest(evaluation), EvaluationRequest);
  const problems = await readProblemsById(store, request);
  const { policy, answers } = await ports.inTurn(async () => {
    const sampler = await ports.sampler(request.generation);
    const answers = await completeInTime(missing, problems, sampler, {
      remainingMs: ports.remainingMs,
      onMade: (made) => onMade(message, made),
    });
    return { policy: sampler.policy, answers };
  });
  const generation = generationId(request.generation);
  const header = { schemaVersion: 1 as const, generation, shard, part, policy };
  const body = encodePart({
    header,
    completions: answerable<Completion>(answers),
    unanswered: answers.filter(isUnanswered),
  });
  if ((await store.putOnce(keys.part(generation, shard, part), body)) === 'created') {
    return missing.length - answers.length;
  }
  // Another worker stored this part first, perhaps with fewer: what is stored is what counts.
  return missingItems(missing, await readParts(store, generation, shard)).length;
}

/** At least one batch of the missing completions, and as many as the time left allows. */
async function completeInTime(
  missing: readonly Item[],
  problems: ReadonlyMap<string, Problem>,
  { batch, complete }: Sampler,
  { remainingMs, onMade }: { readonly remainingMs: () => number; readonly onMade: (made: Made) => void },
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let [slowestMs, tokens] = [0, 0];
  for (let start = 0; start < missing.length; start += batch) {
    const before = remainingMs();
    if (start > 0 && before < 1.5 * slowestMs + CLOSING_MS) break;
    const told = (made: Made) =>
      onMade({ completions: start + made.completions, tokens: tokens + made.tokens });
    answers.push(...(await complete(missing.slice(start, start + batch), problems, told)));
    tokens = sum(answers.map((answer) => (isUnanswered(answer) ? 0 : answer.tokens)));
    slowestMs = Math.max(slowestMs, before - remainingMs());
  }
  return answers;
}
