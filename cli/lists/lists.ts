/**
 * `oneshot runs`, `evaluations` and `models`: what there is, newest first. Lines come from `results/`, so that the lists are
 * the same of a home, a deployment and a server, and say what the pages say. Imports `results/` and `terminal/`.
 */
import { percent } from '#functions/results/format-score.ts';
import type { ModelListItem } from '#functions/results/models/model-view.ts';
import { warningText } from '#functions/results/runs/run-alerts.ts';
import { printableJson } from '#shared/printable.ts';
import { userText } from '#shared/storage/model-users.ts';
import type { EvaluationLine } from '../results/evaluation-line.ts';
import { openResults, type ResultPlace } from '../results/open-results.ts';
import type { ResultSource } from '../results/result-source.ts';
import type { RunLine } from '../results/run-line.ts';
import { ageText } from '../terminal/age-text.ts';
import { sizeText } from '../terminal/size-text.ts';
import { type TextColumn, textTable } from '../terminal/text-table.ts';

export interface ListOptions extends ResultPlace {
  readonly json: boolean;
  /** Lines at most. */
  readonly limit: number;
}

/** Lists training runs. */
export async function listRuns(options: ListOptions): Promise<void> {
  const lines = await listed(options, (results) => results.runs(options.limit));
  print(lines, runColumns(Date.now()), options, 'No runs here. `oneshot train RECIPE` makes one.');
}

/** Lists evaluations, those of checkpoints among them. */
export async function listEvaluations(options: ListOptions): Promise<void> {
  const lines = await listed(options, (results) => results.evaluations(options.limit));
  print(lines, evaluationColumns(Date.now()), options, 'No evaluations here. `oneshot eval` makes one.');
}

/** Lists models: pushed ones, bases, and the weights of checkpoints. */
export async function listModels(options: ListOptions): Promise<void> {
  const lines = await listed(options, (results) => results.models(options.limit));
  print(lines, modelColumns(Date.now()), options, 'No models here. `oneshot model push DIR` brings one.');
}

async function listed<Line>(
  options: ListOptions,
  read: (results: ResultSource) => Promise<readonly Line[]>,
): Promise<readonly Line[]> {
  const results = await openResults(options);
  try {
    return await read(results);
  } finally {
    results.close();
  }
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
    { head: 'ALERTS', text: (line) => warningText(line) ?? NONE },
    {
      head: 'STEP',
      text: ({ step, steps }) => (step === null ? NONE : `${step}/${steps ?? '?'}`),
      right: true,
    },
    {
      head: 'AVG',
      text: ({ score }) => (score ? `${share(score.mean)} @${score.step}` : NONE),
      right: true,
    },
    { head: 'SIZE', text: ({ sizeBytes }) => bytes(sizeBytes), right: true },
    { head: 'SEEN', text: ({ seenAt }) => (seenAt === null ? NONE : age(seenAt, now)), right: true },
    { head: 'AGE', text: ({ createdAt }) => age(createdAt, now), right: true },
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
    { head: 'AVG', text: ({ score }) => share(score?.mean ?? null), right: true },
    { head: 'BENCHMARKS', text: ({ benchmarks }) => benchmarks.join(',') },
    { head: 'SIZE', text: ({ sizeBytes }) => bytes(sizeBytes), right: true },
    { head: 'AGE', text: ({ createdAt }) => age(createdAt, now), right: true },
  ];
}

function stateText({ status, coverage }: EvaluationLine): string {
  return status === 'running' && coverage ? `${status} ${coverage.done}/${coverage.shards}` : status;
}

function modelColumns(now: number): readonly TextColumn<ModelListItem>[] {
  return [
    { head: 'MODEL', text: ({ model }) => model },
    { head: 'STATE', text: ({ state }) => state },
    { head: 'USED BY', text: ({ users }) => usersText(users) },
    { head: 'SIZE', text: ({ sizeBytes }) => bytes(sizeBytes), right: true },
    { head: 'AGE', text: ({ createdAt }) => age(createdAt, now), right: true },
  ];
}

/** Who names a model, told in a few words: the first, and how many more. */
function usersText([first, ...others]: ModelListItem['users']): string {
  if (first === undefined) return NONE;
  return `${userText(first)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** Of a moment, RFC 3339. */
function age(moment: string, now: number): string {
  return ageText(now - Date.parse(moment));
}

function share(value: number | null): string {
  return value === null ? NONE : percent(value);
}

function bytes(value: number | null): string {
  return value === null ? NONE : sizeText(value);
}
