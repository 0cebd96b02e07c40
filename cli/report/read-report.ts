import type { DashboardPorts } from '#functions/dashboard/dashboard-ports.ts';
import { readEvaluationData } from '#functions/dashboard/evaluation/evaluation-data.ts';
import { type RunData, readRunData } from '#functions/dashboard/run/run-data.ts';
import { shortId } from '#functions/dashboard/shell/format.ts';
import type { Sides } from '#shared/comparison/verdict.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { RunConfig } from '#trainer/settings/config.ts';
import { findEvaluation } from '../named/find-evaluation.ts';
import { packageVersion } from '../package/package-version.ts';
import { caveatsOf } from './caveats.ts';
import { modelOrigin } from './model-origin.ts';
import { readComparison } from './read-comparison.ts';
import { readSampleExamples } from './read-sample-examples.ts';
import type { EvaluationSubject, ReportComparison, ReportData, ReportSubject } from './report-data.ts';
import { trainCommand } from './train-command.ts';

export interface ReportRequest {
  /** Runs, or evaluations, or checkpoints as `RUN@STEP`; at least one. */
  readonly subjects: readonly string[];
  readonly command: string;
  readonly now: Date;
}

/**
 * Gathers a report.
 *
 * @throws {KnownError} as `findEvaluation` does; with several subjects as `compareEvaluations` does
 */
export async function readReport(
  { subjects: names, command, now }: ReportRequest,
  ports: DashboardPorts,
): Promise<ReportData> {
  const subjects: ReportSubject[] = [];
  for (const name of names) subjects.push(await readSubject(name, names.length === 1, ports));
  const comparisons = await comparisonsOf(names, subjects, ports);
  return {
    madeAt: `${now.toISOString().slice(0, 16)}Z`,
    version: packageVersion,
    command,
    subjects,
    comparisons,
    caveats: caveatsOf(subjects),
  };
}

async function readSubject(name: string, alone: boolean, ports: DashboardPorts): Promise<ReportSubject> {
  const { store } = ports;
  const isRun = !name.includes('@') && (await find(store, record.run(name))) !== undefined;
  if (!isRun) return readEvaluationSubject(name, alone, ports);
  const data = await readRunData(name, undefined, ports);
  const host = (await find(store, record.incarnation(name, 1)))?.host;
  const engine = host ? `torch ${host.torch}, ${host.instructionSet}` : null;
  return { kind: 'run', label: shortId(name), data, engine, reproduction: await reproductionOf(data, store) };
}

async function readEvaluationSubject(
  name: string,
  alone: boolean,
  ports: DashboardPorts,
): Promise<EvaluationSubject> {
  const evaluation = await findEvaluation(ports.store, name);
  const data = await readEvaluationData(evaluation, ports);
  const { origin } = data;
  const label = origin ? `${shortId(origin.run)}@${origin.step}` : `evaluation ${shortId(evaluation)}`;
  const examples = alone && !origin?.base ? await readSampleExamples(evaluation, ports) : null;
  return { kind: 'evaluation', label, data, examples };
}

async function reproductionOf({ run, config }: RunData, store: ObjectStore): Promise<string | null> {
  const known = RunConfig.safeParse(config).data;
  if (!known) return null;
  return trainCommand({ run, config: known, origin: await modelOrigin(store, known.model) });
}

async function comparisonsOf(
  names: readonly string[],
  subjects: readonly ReportSubject[],
  ports: DashboardPorts,
): Promise<readonly ReportComparison[]> {
  const [only, ...others] = subjects as [ReportSubject, ...ReportSubject[]]; // at least one
  if (others.length === 0) {
    const ends = endsOf(only);
    return ends ? [await readComparison(ends, undefined, ports)] : [];
  }
  const evaluations = [];
  for (const name of names) evaluations.push(await findEvaluation(ports.store, name));
  const [a = '', ...rest] = evaluations;
  const comparisons: ReportComparison[] = [];
  for (const [index, b] of rest.entries()) {
    const sides: Sides = { first: only.label, second: (others[index] as ReportSubject).label };
    comparisons.push(await readComparison({ a, b }, sides, ports));
  }
  return comparisons;
}

/** The beginning and the end of what a report on one thing tells; `undefined` where nothing can be paired. */
function endsOf(subject: ReportSubject): { readonly a: string; readonly b: string } | undefined {
  if (subject.kind === 'run') {
    const { gain } = subject.data;
    return gain?.mean == null ? undefined : { a: gain.first.evaluation, b: gain.second.evaluation };
  }
  const { origin, evaluation, score } = subject.data;
  return origin?.base && score ? { a: origin.base.evaluation, b: evaluation } : undefined;
}
