import { resolve } from 'node:path';
import { meanText } from '#functions/results/format-score.ts';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { digestId } from '#shared/encoding/digest.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { printableJson, printableLines } from '#shared/printable.ts';
import type { EvaluationRequest, GraderName } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { packageVersion } from '../package/package-version.ts';
import { startRunner } from '../processes/start-runner.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { Progress } from '../terminal/progress.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { requireVllm } from '../vllm/require-vllm.ts';
import { serverOfRunner } from '../vllm/server-of-runner.ts';
import { unknownNeeds } from '../workers/evaluation-needs.ts';
import { measuringEntry, oneWorker, settleSplit, worldHere } from '../workers/settle-split.ts';
import type { Split } from '../workers/split.ts';
import { generationHere } from './automatic-generation.ts';
import { chooseGenerator, type Generation, needsServer } from './choose-generator.ts';
import type { EvalOptions } from './eval-options.ts';
import { prepareRequest } from './evaluate.ts';
import { followRun, type TrainedRun } from './follow-run.ts';
import { samplesNote } from './samples-note.ts';
import { type Tell, takeFolders } from './take-folders.ts';
import { watchedFolders } from './watched-folders.ts';
import { WATCHED_RECIPE } from './watched-recipe.ts';

/** Stands in a request for the model that a checkpoint puts there. */
const NO_MODEL = 'a'.repeat(26);

export interface WatchOptions extends EvalOptions {
  /** Takes what is there, scores it and ends. */
  readonly once: boolean;
}

/**
 * Scores the checkpoints of another trainer as they appear in a folder, each as a checkpoint of a run that stands for that
 * folder and these settings. Given again, it goes on with what it does not have yet.
 *
 * @throws {KnownError} `input-unreadable`; with `once`, the reason why the last folder that was not taken was not
 */
export async function watchFolder(directory: string, options: WatchOptions): Promise<void> {
  await watchedFolders(directory); // said before anything is started
  const place = await openPlace(options);
  const { benchmarks = [], template = 'chat', graders = ['reward'], limit, maxTokens, samples } = options;
  const settings = { benchmarks, template, graders, limit, maxTokens, samples };
  const { generator = 'onnx', precision, workers } = options;
  const said = await chooseGenerator({ name: generator, precision, remote: place.remote }, process.env);
  const by =
    said ?? (await generationHere(undefined, place, new Progress(process.stderr, options.json), process.env));
  const env = needsServer(by, process.env) ? await serverFor(workers, process.env) : undefined;
  const request = await prepareRequest(place.store, NO_MODEL, settings, process.env, by);
  const run = await storeRun(place, resolve(directory), request);
  const tell = teller(run, options.json);
  tell(
    { event: 'watching', folder: directory },
    `watches ${directory}; \`oneshot eval ${run}\` shows its scores`,
  );
  const note = samplesNote(request.generation, samples);
  if (note) tell(note.entry, note.text);
  const { home } = options;
  const onProblem = (entry: LogEntry) => tell(entry, `problem: ${String(entry['detail'] ?? entry.event)}`);
  const runner = place.remote
    ? undefined
    : startRunner({ home, ...(await splitFor(by, options, tell)), env }, { onProblem });
  const over = new AbortController();
  let scanned = false;
  try {
    const taking = takeFolders(
      place,
      { directory, run, request, tell, once: options.once },
      over.signal,
    ).finally(() => {
      scanned = true;
    });
    const following = followRun(place.store, run, observerOf(tell, graders[0]), {
      isTrained: () => scanned,
      waits: true,
      signal: over.signal,
    });
    const all = Promise.all([following, taking]);
    const [ended, untaken] = await Promise.race([all, ...(runner ? [runner.failure()] : [])]);
    if (!options.json) process.stdout.write(tableOf(ended));
    if (untaken) throw untaken;
  } finally {
    over.abort();
    await runner?.stop().catch(() => {});
    place.close();
  }
}

/** How the cores make what will be asked of the decoder. */
async function splitFor(by: Generation, options: WatchOptions, tell: Tell): Promise<Split> {
  const world = await worldHere(process.env, (done, total) => {
    const { text, ...entry } = measuringEntry(done, total);
    if (done === 0) tell({ event: 'progress', ...entry }, text);
  });
  if (by.generator.kind !== 'onnx') return oneWorker(options, world.cores);
  return settleSplit(options, unknownNeeds, world);
}

/** The vLLM that the runner starts with the first checkpoint. */
async function serverFor(workers = 1, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (workers > 1)
    throw new UsageError(
      'oneshot eval',
      '--generator vllm of a watched folder takes one of --workers: it has one server',
    );
  return serverOfRunner(await requireVllm(env), env);
}

/** A run that stands for a folder and for what its checkpoints are scored by. @returns its name */
async function storeRun({ store }: Place, folder: string, request: EvaluationRequest): Promise<string> {
  const config = { recipe: WATCHED_RECIPE, folder, evaluation: request };
  const run = digestId(config);
  if ((await put(store, record.run(run), { config, codeVersion: packageVersion })) === 'created') {
    const createdAt = Date.now();
    await put(store, record.runEntry(createdAt, run), { run, createdAt, recipe: config.recipe });
  }
  return run;
}

function observerOf(tell: Tell, grader = 'reward'): Parameters<typeof followRun>[2] {
  const told = new Set<number>(); // a step that is committed anew has the scores that it had
  return {
    onPhase: () => {},
    onPhaseProgress: () => {},
    onScores: (step, summary: Summary) => {
      if (told.has(step)) return;
      told.add(step);
      const { evaluation, model } = summary;
      const graded = summary.graders[grader];
      const sets = (graded?.benchmarks ?? []).map(
        ({ benchmark, score }) => `${benchmark} ${meanText(score)}`,
      );
      const scores = [...(graded ? [`Avg ${meanText(graded.average)}`] : []), ...sets].join(' · ');
      tell({ event: 'scores', step, model, evaluation, summary }, `step ${step} scored: ${scores}`);
    },
    onRefused: (step, { code, detail }) =>
      tell({ event: 'scores-refused', step, code, detail }, `step ${step} is not scored: ${detail}`),
  };
}

function teller(run: string, json: boolean): Tell {
  return (entry, text) => {
    process.stdout.write(json ? `${printableJson({ run, ...entry })}\n` : `${printableLines(text)}\n`);
  };
}

function tableOf({ checkpoints }: TrainedRun): string {
  const rows = checkpoints.flatMap(({ checkpoint, summary }) => {
    const [grader] = Object.keys(summary?.graders ?? {});
    // A name of the request's graders, which its schema checked.
    return summary && grader ? [scoreRow(`step ${checkpoint.step}`, summary, grader as GraderName)] : [];
  });
  return rows.length === 0 ? '' : `${renderScoreTable(rows)}\n`;
}
