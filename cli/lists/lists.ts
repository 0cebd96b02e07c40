/**
 * `oneshot runs`, `evaluations` and `models`: what the store holds, newest first. Each line is told by the store alone
 * (`run-line.ts`, `evaluation-line.ts`, `model-line.ts`), so that the lists are the same here and in a deployment; only
 * whether a driver of this machine is at work is looked up beside it. Imports `terminal/` and `report/`.
 */
import { CachedLists } from '#functions/results/cached-lists.ts';
import { percent } from '#functions/results/format-score.ts';
import { NO_NEWS } from '#functions/results/runs/run-progress.ts';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { printableJson } from '#shared/printable.ts';
import type { EvaluationEntry } from '#shared/records/evaluations.ts';
import type { RunEntry } from '#shared/records/runs.ts';
import { isModelManifest, keys } from '#shared/storage/keys.ts';
import { modelUsers } from '#shared/storage/model-users.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { driverNews } from '../processes/driver-news.ts';
import { ageText } from '../terminal/age-text.ts';
import { sizeText } from '../terminal/size-text.ts';
import { type TextColumn, textTable } from '../terminal/text-table.ts';
import { type EvaluationLine, evaluationLines } from './evaluation-line.ts';
import { type ModelLine, modelLines, usersText } from './model-line.ts';
import { type RunLine, runLines } from './run-line.ts';

export interface ListOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  /** Lines at most. */
  readonly limit: number;
}

/** Entries of an index that are read at a time. */
const READERS = 16;

/** Lists training runs. */
export async function listRuns(options: ListOptions): Promise<void> {
  const place = await openPlace(options);
  const { store } = place;
  const entries = await newestEntries(place, keys.prefix.runEntries, options.limit, async (key) => {
    const entry = await read(store, record.runEntry.at(key));
    return (await find(store, record.run(entry.run))) && { name: entry.run, entry };
  });
  const [blobs, pending, news] = [
    await store.describe(keys.prefix.blobs),
    await store.list(keys.prefix.pending),
    place.remote ? NO_NEWS : await driverNews(place.home),
  ];
  const lines = await runLines(entries satisfies readonly RunEntry[], {
    store,
    blobSizes: new Map(blobs.map(({ key, sizeBytes }) => [key, sizeBytes])),
    pending: new Set(pending),
    ...news,
  });
  place.close();
  print(lines, runColumns(Date.now()), options, 'No runs here. `oneshot train RECIPE` makes one.');
}

/** Lists evaluations, those of checkpoints among them. */
export async function listEvaluations(options: ListOptions): Promise<void> {
  const place = await openPlace(options);
  const { store } = place;
  const entries = await newestEntries(place, keys.prefix.evaluationEntries, options.limit, async (key) => {
    const entry = await read(store, record.evaluationEntry.at(key));
    return (
      (await find(store, record.evaluationRequest(entry.evaluation))) && { name: entry.evaluation, entry }
    );
  });
  const lists = new CachedLists(store, { now: Date.now });
  const lines = await evaluationLines(entries satisfies readonly EvaluationEntry[], store, lists);
  place.close();
  print(lines, evaluationColumns(Date.now()), options, 'No evaluations here. `oneshot eval` makes one.');
}

/** Lists models: pushed ones, bases, and the weights of checkpoints. */
export async function listModels(options: ListOptions): Promise<void> {
  const place = await openPlace(options);
  const { store } = place;
  const stored = await store.describe(keys.prefix.models);
  const manifests = stored
    .filter(({ key }) => isModelManifest(key))
    .sort((a, b) => b.storedAtMs - a.storedAtMs);
  const lines = await modelLines(manifests.slice(0, options.limit), await modelUsers(store), store);
  place.close();
  print(lines, modelColumns(Date.now()), options, 'No models here. `oneshot model push DIR` brings one.');
}

/**
 * Entries of an index, newest first. One that was entered twice counts once, as it was entered first; one without what
 * it names, not at all.
 */
async function newestEntries<Entry>(
  { store }: Pick<Place, 'store'>,
  prefix: string,
  limit: number,
  readEntry: (key: string) => Promise<{ readonly name: string; readonly entry: Entry } | undefined>,
): Promise<readonly Entry[]> {
  const found = new Map<string, Entry>();
  const all = await store.list(prefix);
  for (let at = 0; at < all.length && found.size < limit; at += READERS) {
    for (const read of await inParallel(all.slice(at, at + READERS), READERS, readEntry))
      if (read) found.set(read.name, read.entry);
  }
  return [...found.values()].slice(0, limit);
}

function print<Line>(
  lines: readonly Line[],
  columns: readonly TextColumn<Line>[],
  { json }: ListOptions,
  nothing: string,
): void {
  if (json) for (const line of lines) process.stdout.write(`${printableJson(line)}\n`);
  else process.stdout.write(lines.length > 0 ? textTable(columns, lines) : `${nothing}\n`);
}

const NONE = '–';

function runColumns(now: number): readonly TextColumn<RunLine>[] {
  return [
    { head: 'RUN', text: ({ run }) => run },
    { head: 'RECIPE', text: ({ recipe }) => recipe },
    { head: 'STATE', text: ({ state }) => state },
    {
      head: 'STEP',
      text: ({ step, steps }) => (step === null ? NONE : `${step}/${steps ?? '?'}`),
      right: true,
    },
    {
      head: 'AVG',
      text: ({ score }) => (score ? `${share(score.average)} @${score.step}` : NONE),
      right: true,
    },
    { head: 'SIZE', text: ({ sizeBytes }) => bytes(sizeBytes), right: true },
    { head: 'SEEN', text: ({ seenAt }) => ageText(now - seenAt), right: true },
    { head: 'AGE', text: ({ createdAt }) => ageText(now - createdAt), right: true },
  ];
}

function evaluationColumns(now: number): readonly TextColumn<EvaluationLine>[] {
  return [
    { head: 'EVALUATION', text: ({ evaluation }) => evaluation },
    {
      head: 'OF',
      text: ({ checkpoint, model }) => (checkpoint ? `${checkpoint.run}@${checkpoint.step}` : model),
    },
    { head: 'STATE', text: stateText },
    { head: 'AVG', text: ({ average }) => share(average), right: true },
    { head: 'BENCHMARKS', text: ({ benchmarks }) => benchmarks.join(',') },
    { head: 'SIZE', text: ({ sizeBytes }) => bytes(sizeBytes), right: true },
    { head: 'AGE', text: ({ createdAt }) => ageText(now - createdAt), right: true },
  ];
}

function stateText({ state, coverage }: EvaluationLine): string {
  return state === 'running' && coverage ? `${state} ${coverage.done}/${coverage.shards}` : state;
}

function modelColumns(now: number): readonly TextColumn<ModelLine>[] {
  return [
    { head: 'MODEL', text: ({ model }) => model },
    { head: 'STATE', text: ({ state }) => state },
    { head: 'USED BY', text: ({ users }) => usersText(users) },
    { head: 'SIZE', text: ({ sizeBytes }) => bytes(sizeBytes), right: true },
    { head: 'AGE', text: ({ storedAt }) => ageText(now - storedAt), right: true },
  ];
}

function share(value: number | null): string {
  return value === null ? NONE : percent(value);
}

function bytes(value: number | null): string {
  return value === null ? NONE : sizeText(value);
}
