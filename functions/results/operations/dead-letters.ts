import { z } from '@hono/zod-openapi';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { factsOf } from '#shared/error-codes/codes.ts';
import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { Message } from '#shared/messaging/messages.ts';
import { sum } from '#shared/metrics/sum.ts';
import { Digest, Sha256 } from '#shared/records/ids.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { keys, parseDead, parseEvaluation, parseEvaluationEntry } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { EvaluationView } from '../evaluations/evaluation-view.ts';
import { type ReadingPorts, readEvaluation } from '../evaluations/read-evaluation.ts';

/** Of each kind, the newest that are looked at. */
const MOST_LISTED = 50;
/** Objects that are looked at at a time. */
const READERS = 8;
/** Of a message that nobody can read, as much as is shown. */
const MOST_CHARACTERS = 1000;

/** Why a shard or a plan ended that no worker managed to handle, as the dead-letter stage records it. */
const DEAD: ReadonlySet<string> = new Set(['plan-dead', 'generate-dead', 'verify-dead']);

/**
 * Messages that no worker managed to handle. Those of an evaluation are one letter: they ended its round, and are asked for
 * again together. A message that no stage accepts is kept as it came.
 */
export const DeadLetter = z
  .object({
    letter: z.union([Digest, Sha256]).meta({
      description: 'The evaluation whose messages died, or the sha256 of a message that no stage accepts.',
    }),
    kind: z.enum(['evaluation', 'message']),
    evaluation: Digest.nullable().meta({ description: 'null where the message names none.' }),
    round: z.number().int().nullable(),
    reasons: z
      .record(z.string(), z.number().int())
      .meta({ description: 'Codes of errors, and how many shards or messages ended so.' }),
    detail: z.string().meta({ description: 'What that means; of a message, how it begins.' }),
    obstacle: z
      .enum(['letter-cancelled', 'letter-unreadable'])
      .nullable()
      .meta({ description: 'Why it cannot be redriven, as it stands; null where it can.' }),
    redriven: z.boolean().meta({ description: 'It was put back on its queue already, once at least.' }),
  })
  .openapi('DeadLetter');
export type DeadLetter = z.infer<typeof DeadLetter>;

/** The dead letters there are, those of evaluations first; of each kind the newest. */
export async function deadLetters(ports: ReadingPorts): Promise<readonly DeadLetter[]> {
  const evaluations = await inParallel(await recentEvaluations(ports), READERS, (evaluation) =>
    letterOfEvaluation(evaluation, ports),
  );
  const messages = (await ports.lists.list(keys.prefix.dead)).flatMap((key) => parseDead(key) ?? []);
  const kept = await inParallel(messages.slice(0, MOST_LISTED), READERS, (sha256) =>
    findDeadMessage(sha256, ports),
  );
  return [...evaluations, ...kept.map((each) => each?.letter)].filter((letter) => letter !== undefined);
}

/** The newest of the listing, and those that planning has not entered there yet, nor ever will where it died. */
async function recentEvaluations({ lists }: ReadingPorts): Promise<readonly string[]> {
  const entries = await lists.list(keys.prefix.evaluationEntries);
  const listed = entries.map(parseEvaluationEntry);
  const known = new Set(listed);
  const stored = await lists.list(keys.prefix.evaluations, { delimiter: '/' });
  const unlisted = stored.map(parseEvaluation).filter((id) => !known.has(id));
  return [...unlisted.slice(0, MOST_LISTED), ...new Set(listed.slice(0, MOST_LISTED))];
}

async function letterOfEvaluation(evaluation: string, ports: ReadingPorts): Promise<DeadLetter | undefined> {
  try {
    return await letterOf(await readEvaluation(evaluation, ports), ports);
  } catch (error) {
    if (hasCode(error, 'evaluation-unknown') || isDamage(error)) return undefined;
    throw error;
  }
}

/** What died of an evaluation's newest round, which is over; `undefined` where nothing did. */
export async function letterOf(
  { evaluation, round, over, refused, summary }: EvaluationView,
  { store }: Pick<ReadingPorts, 'store'>,
): Promise<DeadLetter | undefined> {
  const failed = refused ? { [refused.code]: 1 } : (summary?.coverage.failed ?? {});
  const reasons = Object.fromEntries(Object.entries(failed).filter(([code]) => DEAD.has(code)));
  if (!over || sum(Object.values(reasons)) === 0) return undefined;
  const cancelled = (await store.get(keys.cancelled({ evaluation, round }))) !== undefined;
  return {
    ...{ letter: evaluation, kind: 'evaluation', evaluation, round, reasons },
    detail: Object.keys(reasons)
      .map((code) => factsOf(code)?.means ?? code)
      .join(' '),
    obstacle: cancelled ? 'letter-cancelled' : null,
    redriven: false, // a round that was asked for again is a newer one
  };
}

/** A message that was kept, with the letter that it is. */
interface DeadMessage {
  readonly letter: DeadLetter;
  /** `undefined` where no schema of this version accepts it. */
  readonly message: Message | undefined;
}

/** The message under `dead/`; `undefined` where there is none. */
export async function findDeadMessage(
  sha256: string,
  { store }: Pick<ReadingPorts, 'store'>,
): Promise<DeadMessage | undefined> {
  const bytes = await store.get(keys.dead(sha256));
  if (!bytes) return undefined;
  const body = new TextDecoder().decode(bytes);
  const message = Message.safeParse(jsonOrUndefined(body)).data;
  const round = message && 'evaluation' in message ? message : undefined;
  const cancelled = round !== undefined && (await store.get(keys.cancelled(round))) !== undefined;
  return {
    message,
    letter: {
      ...{ letter: sha256, kind: 'message', reasons: { 'message-invalid': 1 } },
      ...{ evaluation: round?.evaluation ?? null, round: round?.round ?? null },
      detail: body.slice(0, MOST_CHARACTERS),
      obstacle: message === undefined ? 'letter-unreadable' : cancelled ? 'letter-cancelled' : null,
      redriven: (await find(store, record.redriven(sha256))) !== undefined,
    },
  };
}
