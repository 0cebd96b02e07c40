import type { QueueName } from '#shared/messaging/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import type { FunctionName } from './function-name.ts';

/** What a role may do in the bucket, by key pattern (`*`: any characters, `?`: one), and where it may send. */
export interface Permissions {
  readonly read: readonly string[];
  readonly put: readonly string[];
  readonly delete: readonly string[];
  readonly send: readonly QueueName[];
  /** Queues whose messages it may count. */
  readonly count?: readonly QueueName[];
}

/** A digest in any key, so that a pattern matches keys of exactly this form. */
const id = '?'.repeat(26);
const anyRound = { evaluation: id, round: 0 };
/** Everything below a prefix. */
const below = (prefix: string) => `${prefix}*`;
/** Keys that differ from this one in their numbers at most. */
const numbered = (key: string) => key.replaceAll(/\d/g, '?');

const at = keys.prefix;
const requests = keys.evaluationRequest(id);
/** Which models are stored in less bits, whose rounding takes a worker's time otherwise. */
const roundings = keys.rounded(id, '*');
const refusals = numbered(keys.refused(anyRound));
/** Messages that no schema accepts, and how long shards took. */
const everyStagePuts = [below(at.dead), below(at.shardTelemetries)];
/** Whoever puts an outcome also finishes the round. */
const finishing = {
  put: [numbered(keys.outcome(anyRound, 0)), numbered(keys.summary(anyRound))],
  delete: [below(at.pendingEvaluations)],
};

/** Who may touch what: the least that each function needs. */
export const permissions: Readonly<Record<FunctionName, Permissions>> = {
  plan: {
    read: [
      at.evaluations,
      at.generations,
      at.models,
      at.problemSets,
      at.blobs,
      at.pending,
      at.runs,
      at.allGenerationEntries,
    ]
      .map(below)
      .concat(roundings),
    put: [
      ...everyStagePuts,
      requests,
      numbered(keys.roundManifest(anyRound)),
      refusals,
      keys.generation(id),
      // Completions that it copies, and which round has those of others.
      below(at.allParts(id)),
      numbered(keys.takenOver(anyRound)),
      below(at.evaluationEntries),
      below(at.allGenerationEntries),
      below(at.pendingEvaluations),
    ],
    delete: [below(at.pending)],
    send: ['generate', 'verify'],
  },
  generate: {
    read: [
      at.evaluations,
      at.generations,
      at.allCaches,
      at.models,
      at.allRounded,
      at.problemSets,
      at.recordings,
      at.blobs,
    ].map(below),
    put: [
      ...everyStagePuts,
      below(at.allParts(id)),
      below(at.caches(id)),
      // Whoever comes first makes a model's file of int8 or int4 for all.
      below(at.allRounded),
      ...finishing.put,
    ],
    delete: finishing.delete,
    send: ['generate', 'verify'],
  },
  verify: {
    read: [at.evaluations, at.generations, at.problemSets].map(below),
    put: [...everyStagePuts, ...finishing.put],
    delete: finishing.delete,
    send: [],
  },
  'dead-letter': {
    read: [at.evaluations, at.generations, at.runs].map(below),
    put: [...everyStagePuts, refusals, ...finishing.put],
    delete: [below(at.pending)],
    // A dead plan of a round that was planned before asks for its open shards.
    send: ['generate', 'verify'],
  },
  sweep: {
    read: [at.pending, at.runs].map(below),
    put: [],
    delete: [below(at.pendingCheckpoints)],
    send: ['plan'],
  },
  api: {
    read: [
      at.evaluations,
      at.generations,
      at.models,
      at.problemSets,
      at.blobs,
      at.pending,
      at.runs,
      at.index,
      at.tokens,
      at.telemetry,
      at.dead,
    ]
      .map(below)
      .concat(roundings),
    put: [
      requests,
      numbered(keys.cancelled(anyRound)),
      below(at.notes(id)),
      below(at.pendingEvaluations),
      below(at.redrivenLetters),
    ],
    delete: [],
    // A dead letter goes back to whichever queue it came from.
    send: ['plan', 'generate', 'verify'],
    count: ['plan', 'generate', 'verify'],
  },
};

/** What the trainer's job may do: write its run, and ask for evaluations of its checkpoints. */
export const trainerPermissions: Permissions = {
  read: [at.blobs, at.allStates, at.models, at.problemSets, at.runs, at.evaluations].map(below),
  put: [
    at.blobs,
    at.allStates,
    at.models,
    at.problemSets,
    at.runs,
    at.pendingCheckpoints,
    at.runEntries,
    at.stepTelemetries,
  ].map(below),
  delete: [below(at.allStates)],
  send: ['plan'],
};
