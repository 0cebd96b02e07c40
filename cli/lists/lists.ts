/**
 * `oneshot runs`, `evaluations` and `models`: what there is, newest first. Lines of runs and evaluations come from `results/`,
 * so that the lists are the same of a home, a deployment and a server. Imports `results/` and `terminal/`.
 */
import { percent } from '#functions/results/format-score.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import { printableJson } from '#shared/printable.ts';
import { isModelManifest, keys } from '#shared/storage/keys.ts';
import { modelUsers } from '#shared/storage/model-users.ts';
import type { EvaluationLine } from '../results/evaluation-line.ts';
import { openResults, type ResultPlace } from '../results/open-results.ts';
import type { RunLine } from '../results/run-line.ts';
import { ageText } from '../terminal/age-text.ts';
import { sizeText } from '../terminal/size-text.ts';
import { type TextColumn, textTable } from '../terminal/text-table.ts';
import { type ModelLine, modelLines, usersText } from './model-line.ts';

export interface ListOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  /** Lines at most. */
  readonly limit: number;
}

/** Lists training runs. */
export async function listRuns(options: ListOptions & ResultPlace): Promise<void> {
  const results = await openResults(options);
  const lines = await results.runs(options.limit);
  results.close();
  print(lines, runColumns(Date.now()), options, 'No runs here. `oneshot train RECIPE` makes one.');
}

/** Lists evaluations, those of checkpoints among them. */
export async function listEvaluations(options: ListOptions & ResultPlace): Promise<void> {
  const results = await openResults(options);
  const lines = await results.evaluations(options.limit);
  results.close();
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
    { head: 'SEEN', text: ({ seenAt }) => (seenAt === null ? NONE : ageText(now - seenAt)), right: true },
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
