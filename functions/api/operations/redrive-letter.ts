import { z } from '@hono/zod-openapi';
import { KnownError } from '#shared/errors.ts';
import type { Send } from '#shared/messaging/send.ts';
import { Digest, Sha256 } from '#shared/records/ids.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { forgetRounds } from '../../results/evaluations/forget-rounds.ts';
import { type ReadingPorts, readEvaluation } from '../../results/evaluations/read-evaluation.ts';
import { type DeadLetter, findDeadMessage, letterOf } from '../../results/operations/dead-letters.ts';
import type { AskingPorts } from '../evaluations/request-evaluation.ts';
import { retryEvaluation } from '../evaluations/retry-evaluation.ts';

/** What came of it. */
export const Redriven = z
  .object({
    letter: z.union([Digest, Sha256]),
    evaluation: Digest.nullable(),
    round: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'The round that is worked on now: of an evaluation the next one.' }),
  })
  .openapi('Redriven');
export type Redriven = z.infer<typeof Redriven>;

export type RedrivingPorts = Omit<AskingPorts, 'send'> & ReadingPorts & { readonly send: Send };

/**
 * Puts a dead letter back on its queue: what died of an evaluation as its next round, in which good shards are kept; a message
 * that no stage accepted as it is. Nothing is taken away, and a message that is handled twice does no harm: redriven twice,
 * also at once, work is done once.
 *
 * @throws {KnownError} `letter-unknown`, `letter-cancelled`, `letter-unreadable`; of an evaluation that is at work again
 * `round-running`, `rounds-exhausted`
 */
export function redriveLetter(letter: string, ports: RedrivingPorts): Promise<Redriven> {
  return Sha256.safeParse(letter).success ? redriveMessage(letter, ports) : redriveRound(letter, ports);
}

async function redriveRound(evaluation: string, ports: RedrivingPorts): Promise<Redriven> {
  forgetRounds(evaluation, ports.lists); // another process may have begun one
  const view = await readEvaluation(evaluation, ports);
  // One that is not over says so itself, by the error of a retry.
  if (view.over) assertRedrivable(evaluation, await letterOf(view, ports));
  const { round } = await retryEvaluation(evaluation, undefined, ports);
  return { letter: evaluation, evaluation, round };
}

async function redriveMessage(sha256: string, { store, send }: RedrivingPorts): Promise<Redriven> {
  const dead = await findDeadMessage(sha256, { store });
  const { evaluation, round } = assertRedrivable(sha256, dead?.letter);
  if (dead?.message === undefined) throw unreadable(sha256);
  // Sent first: who dies in between leaves a letter that can be redriven again.
  await send(dead.message);
  await put(store, record.redriven(sha256), {});
  return { letter: sha256, evaluation, round };
}

function assertRedrivable(letter: string, found: DeadLetter | undefined): DeadLetter {
  if (!found) {
    const message = `There is no dead letter ${letter}, or no more: nothing of it died. GET /v1/dead-letters lists those there are.`;
    throw new KnownError('letter-unknown', message);
  }
  if (found.obstacle === 'letter-unreadable') throw unreadable(letter);
  if (found.obstacle === null) return found;
  throw new KnownError(
    'letter-cancelled',
    `Round ${found.round} of evaluation ${found.evaluation} was cancelled. Its letter stays: retry the evaluation, if it is wanted after all.`,
  );
}

function unreadable(letter: string): KnownError {
  return new KnownError(
    'letter-unreadable',
    `No stage of this version accepts the message ${letter}. It stays: bring trainer and plane to the same version, then redrive it.`,
  );
}
