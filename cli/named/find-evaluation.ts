/** What words of a command line mean, for commands of several rooms; imports no other room. */
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { lackingCheckpoint } from './lacking-checkpoint.ts';

/**
 * The evaluation that a word means: itself, or that of a run's checkpoint, as `RUN@STEP`; of a run alone, that of its
 * newest checkpoint which has one.
 *
 * @throws {KnownError} `evaluation-unknown`, `run-unknown`, `checkpoint-unknown`
 */
export async function findEvaluation(store: ObjectStore, subject: string): Promise<string> {
  const [name = '', wanted] = subject.split('@');
  if (wanted === undefined && (await find(store, record.evaluationRequest(name)))) return name;
  if (await find(store, record.run(name))) return ofCheckpoint(store, name, wanted);
  if (wanted === undefined)
    throw new KnownError(
      'evaluation-unknown',
      `There is no evaluation or run ${name} here. \`oneshot evaluations\` and \`oneshot runs\` list those there are.`,
    );
  throw new KnownError(
    'run-unknown',
    `There is no run ${name} here. \`oneshot runs\` lists those there are.`,
  );
}

async function ofCheckpoint(store: ObjectStore, run: string, wanted: string | undefined): Promise<string> {
  const evaluated = (await readCheckpointLine(store, run)).flatMap(({ checkpoint: { step, evaluation } }) =>
    evaluation ? [{ step, evaluation: evaluationId(evaluation) }] : [],
  );
  const found =
    wanted === undefined ? evaluated.at(-1) : evaluated.find(({ step }) => String(step) === wanted);
  if (found) return found.evaluation;
  const steps = evaluated.map(({ step }) => step);
  const lacking = lackingCheckpoint({ run, step: wanted, kind: 'evaluated checkpoint', steps });
  throw new KnownError('checkpoint-unknown', lacking);
}
