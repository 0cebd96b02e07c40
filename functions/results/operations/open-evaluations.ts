import { z } from '@hono/zod-openapi';
import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { Digest, RunId } from '#shared/records/ids.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import {
  isPendingEvaluation,
  keys,
  parseOutcome,
  parsePart,
  parsePendingEvaluation,
  type RoundRef,
} from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { TimeText, timeText } from '../../http/time-text.ts';
import { evaluationEntry } from '../evaluations/evaluation-entry.ts';
import { newestRound } from '../evaluations/newest-round.ts';
import type { ResultsPorts } from '../results-ports.ts';

/** Evaluations whose shards are looked at: listing those of each costs two requests. */
const MOST_READ = 50;
/** Evaluations that are looked at at a time. */
const READERS = 8;

/** An evaluation that somebody has promised to finish. */
export const OpenEvaluation = z
  .object({
    evaluation: Digest,
    round: z.number().int().meta({ description: '0, or the number of the retry.' }),
    checkpoint: z.object({ run: RunId, step: z.number().int() }).nullable(),
    askedAt: TimeText.nullable().meta({ description: 'When the round was promised.' }),
    cancelled: z.boolean().meta({ description: 'What has not begun is left out.' }),
    shards: z
      .object({
        total: z.number().int(),
        done: z.number().int().meta({ description: 'With an outcome, failed ones included.' }),
        begun: z.number().int().meta({ description: 'Completions are stored, no verdicts yet.' }),
        waiting: z.number().int().meta({ description: 'Nothing is stored of it yet.' }),
      })
      .nullable()
      .meta({ description: 'null before the round is planned.' }),
  })
  .openapi('OpenEvaluation');
export type OpenEvaluation = z.infer<typeof OpenEvaluation>;

/** What is promised and not over. */
export interface OpenWork {
  /** The one that was asked for first comes first. */
  readonly evaluations: readonly OpenEvaluation[];
  /** All of them, those that were not looked at among them. */
  readonly total: number;
  /** Checkpoints whose evaluation nobody has planned yet. */
  readonly checkpoints: number;
}

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/** Evaluations that are not over, each with its shards; up to five seconds old. */
export async function openWork(ports: Ports): Promise<OpenWork> {
  const pending = await ports.lists.list(keys.prefix.pending);
  const promised = pending.filter(isPendingEvaluation).map(parsePendingEvaluation);
  // Of an evaluation with two promises the newer is the one that is worked on.
  const rounds = [...new Map(promised.map((ref) => [ref.evaluation, ref])).values()];
  const read = await inParallel(rounds.slice(0, MOST_READ), READERS, (ref) => openEvaluation(ref, ports));
  const evaluations = read.filter((each) => each !== undefined);
  return {
    evaluations: evaluations.toSorted((a, b) => ((a.askedAt ?? '') < (b.askedAt ?? '') ? -1 : 1)),
    total: rounds.length,
    checkpoints: pending.length - promised.length,
  };
}

/** `undefined` of one whose request is gone. */
async function openEvaluation(ref: RoundRef, ports: Ports): Promise<OpenEvaluation | undefined> {
  const { store } = ports;
  try {
    const [pending, marker, entry] = await Promise.all([
      find(store, record.pendingEvaluation(ref)),
      store.get(keys.cancelled(ref)),
      evaluationEntry(ref.evaluation, ports),
    ]);
    return {
      ...{ evaluation: ref.evaluation, round: ref.round },
      checkpoint: entry?.checkpoint ?? null,
      askedAt: pending ? timeText(pending.createdAt) : null,
      cancelled: marker !== undefined,
      shards: await shardsOf(ref, ports),
    };
  } catch (error) {
    if (hasCode(error, 'evaluation-unknown')) return undefined;
    throw error;
  }
}

async function shardsOf(ref: RoundRef, ports: Ports): Promise<OpenEvaluation['shards']> {
  const { lists, store } = ports;
  const { request } = await newestRound(ref.evaluation, ports);
  const manifest = await find(store, record.roundManifest(ref));
  if (!manifest) return null;
  const ended = new Set((await lists.list(keys.prefix.outcomes(ref))).map(parseOutcome));
  const parts = await lists.list(keys.prefix.allParts(generationId(request.generation)));
  const made = new Set(parts.map(parsePart));
  const open = manifest.shards.filter(({ shard, from }) => from === undefined && !ended.has(shard));
  const begun = open.filter(({ shard }) => made.has(shard)).length;
  const total = manifest.shards.length;
  return { total, done: total - open.length, begun, waiting: open.length - begun };
}
