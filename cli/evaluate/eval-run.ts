import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { requestFor } from '#shared/benchmarks/evaluation-request.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { printableJson } from '#shared/printable.ts';
import type { EvaluationRequest, GraderName } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { readCheckpointLine, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { offeringData } from '../data/offering-data.ts';
import { type ScoreRow, scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { Progress } from '../terminal/progress.ts';
import { assertCovered, summaryOf } from './assert-covered.ts';
import { generationHere } from './automatic-generation.ts';
import { type CheckpointChoice, chooseCheckpoints } from './choose-checkpoints.ts';
import { chooseGenerator } from './choose-generator.ts';
import type { EvalOptions } from './eval-options.ts';
import { type Evaluated, evaluateAll } from './evaluate.ts';
import { runRequest } from './run-request.ts';
import { samplesNote } from './samples-note.ts';
import { takenOverNote } from './taken-over-note.ts';

/**
 * Scores the checkpoints of a run that have no scores yet, and those whose scores have holes, and shows them all. Whatever
 * cannot be scored is told, and ends the command with an error once the others are.
 */
export async function evalRun(run: string, options: EvalOptions & CheckpointChoice): Promise<void> {
  const place = await openPlace(options);
  const chosen = chooseCheckpoints(run, await checkpointsOf(place.store, run), options);
  const progress = new Progress(process.stderr, options.json);
  const requests = await offeringData(() => requestsOf(place, chosen, options, progress), options);
  const note = samplesNote((requests[0] as EvaluationRequest).generation, options.samples); // one for each checkpoint
  if (note) progress.note(note.entry, note.text);
  const rows: ScoreRow[] = [];
  const errors: unknown[] = [];
  const ends = evaluateAll(place, requests, {
    workers: options.workers,
    threads: options.threads,
    onProgress: (entry, index) =>
      progress.show({ ...entry, text: `checkpoint ${index + 1} of ${chosen.length} · ${entry.text}` }),
    onTakenOver: (taken, index) => {
      const { step } = (chosen[index] as StoredCheckpoint).checkpoint; // each request is that of a checkpoint
      const { entry, text } = takenOverNote(taken);
      progress.note({ run, step, ...entry }, `step ${step}: ${text}`);
    },
    onProblem: (entry) => progress.say(entry, `problem: ${String(entry['detail'] ?? entry.event)}`),
  });
  let index = 0;
  try {
    for await (const evaluated of ends) {
      const { checkpoint } = chosen[index++] as StoredCheckpoint; // each has an end
      const { step, model } = checkpoint;
      if (options.json)
        process.stdout.write(
          `${printableJson({ run, step, model, ...evaluated.ref, ...shown(evaluated) })}\n`,
        );
      try {
        const summary = summaryOf(evaluated.ref, evaluated.end);
        rows.push(...rowsOf(step, summary));
        assertCovered(summary);
      } catch (error) {
        errors.push(error);
      }
    }
  } finally {
    progress.clear();
    place.close();
  }
  if (!options.json && rows.length > 0) process.stdout.write(`${renderScoreTable(rows)}\n`);
  if (errors.length > 0) throw incomplete(errors, chosen.length);
}

/** @throws {KnownError} `run-unknown` */
async function checkpointsOf(store: ObjectStore, run: string): Promise<readonly StoredCheckpoint[]> {
  if (await find(store, record.run(run))) return readCheckpointLine(store, run);
  const advice = 'Name one that `oneshot train` printed, or its --home; a folder of a model is for --model.';
  throw new KnownError('run-unknown', `There is no run ${run} here. ${advice}`);
}

async function requestsOf(
  place: Place,
  chosen: readonly StoredCheckpoint[],
  options: EvalOptions,
  progress: Progress,
): Promise<readonly EvaluationRequest[]> {
  const { store, remote } = place;
  const { benchmarks, limit, maxTokens, samples, template, graders, generator, precision } = options;
  const changes = { benchmarks, limit, maxTokens, samples, template, graders };
  // All checkpoints of a run are asked for the same.
  const [first] = chosen as [StoredCheckpoint, ...StoredCheckpoint[]]; // `chooseCheckpoints` leaves at least one
  const { evaluation, model } = first.checkpoint;
  const request = await runRequest(store, evaluation, model, changes, process.env);
  const said = await chooseGenerator({ name: generator, precision, remote }, process.env);
  // A run keeps who scores it.
  const isOpen = said === undefined && (evaluation === null || generator !== undefined);
  const by = isOpen ? await generationHere(model, place, progress, process.env) : said;
  return chosen.map(({ checkpoint }) =>
    requestFor(checkpoint.model, { ...request, generation: { ...request.generation, ...by } }),
  );
}

function shown({ end }: Evaluated): object {
  if (end.kind === 'scored') return { summary: end.summary };
  const { code, detail } = end.refused;
  return { refused: { code, detail } };
}

function rowsOf(step: number, summary: Summary): ScoreRow[] {
  // Those of the request, whose names the schema of its graders checked.
  const graders = Object.keys(summary.graders) as GraderName[];
  return graders.map((name) =>
    scoreRow(graders.length === 1 ? `step ${step}` : `step ${step} ${name}`, summary, name),
  );
}

/** One error for all: the first says what is wrong. */
function incomplete(errors: readonly unknown[], total: number): unknown {
  const [first] = errors;
  if (errors.length === 1 || !(first instanceof KnownError)) return first;
  const message = `${errors.length} of ${total} checkpoints have no whole scores. The first: ${first.message}`;
  return new KnownError(first.code, message, { cause: first });
}
