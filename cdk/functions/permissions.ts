import type { QueueName } from '#shared/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import type { FunctionName } from './function-name.ts';

/** What a role may do in the bucket, by key pattern (`*`: any characters, `?`: one), and where it may send. */
export interface Permissions {
  readonly read: readonly string[];
  readonly put: readonly string[];
  readonly delete: readonly string[];
  readonly send: readonly QueueName[];
}

/** A digest and a round number in any key, so that a pattern matches keys of exactly this form. */
const id = '?'.repeat(26);
const round = `evaluations/${id}/rounds/??`;

const requests = keys.evaluationRequest(id);
const outcomes = `${round}/outcomes/??????`;
const summaries = `${round}/summary.json`;
const refusals = `${round}/refused.json`;
/** Messages that no schema accepts, and how long shards took. */
const everyStagePuts = ['dead/*', `${keys.shardTelemetries}*`];
/** Whoever puts an outcome also finishes the round. */
const finishing = { put: [outcomes, summaries], delete: ['pending/evaluations/*'] };

/** Who may touch what: the least that each function needs. */
export const permissions: Readonly<Record<FunctionName, Permissions>> = {
  plan: {
    read: ['evaluations/*', 'generations/*', 'models/*', 'problem-sets/*', 'blobs/*', 'pending/*', 'runs/*'],
    put: [
      ...everyStagePuts,
      requests,
      `${round}/manifest.json`,
      refusals,
      keys.generation(id),
      `${keys.evaluationEntries}*`,
      'pending/evaluations/*',
    ],
    delete: ['pending/*'],
    send: ['generate', 'verify'],
  },
  generate: {
    read: ['evaluations/*', 'generations/*', 'models/*', 'problem-sets/*', 'blobs/*'],
    put: [...everyStagePuts, `generations/${id}/completions/*`, ...finishing.put],
    delete: finishing.delete,
    send: ['generate', 'verify'],
  },
  verify: {
    read: ['evaluations/*', 'generations/*', 'problem-sets/*'],
    put: [...everyStagePuts, ...finishing.put],
    delete: finishing.delete,
    send: [],
  },
  'dead-letter': {
    read: ['evaluations/*', 'generations/*', 'runs/*'],
    put: [...everyStagePuts, refusals, ...finishing.put],
    delete: ['pending/*'],
    send: ['verify'],
  },
  sweep: {
    read: ['pending/*', 'runs/*'],
    put: [],
    delete: ['pending/checkpoints/*'],
    send: ['plan'],
  },
  api: {
    read: [
      'evaluations/*',
      'generations/*',
      'models/*',
      'problem-sets/*',
      'blobs/*',
      'pending/*',
      'runs/*',
      'index/*',
      'tokens/*',
      'telemetry/*',
    ],
    put: [requests, `${round}/cancelled`, 'pending/evaluations/*'],
    delete: [],
    send: ['plan', 'verify'],
  },
};

/** What the trainer's job may do: write its run, and ask for evaluations of its checkpoints. */
export const trainerPermissions: Permissions = {
  read: ['blobs/*', 'state/*', 'models/*', 'problem-sets/*', 'runs/*', 'evaluations/*'],
  put: [
    'blobs/*',
    'state/*',
    'models/*',
    'problem-sets/*',
    'runs/*',
    'pending/checkpoints/*',
    `${keys.runEntries}*`,
    `${keys.stepTelemetries}*`,
  ],
  delete: ['state/*'],
  send: ['plan'],
};
