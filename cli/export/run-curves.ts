import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Checkpoint, Metrics } from '#shared/records/runs.ts';
import type { StepTelemetry } from '#shared/records/telemetry.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseCheckpoint, parseIncarnation, type StepRef } from '#shared/storage/keys.ts';
import { newestSummary } from '#shared/storage/newest-summary.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** Everything that is known of one step, by name. */
export interface CurveRow {
  readonly step: number;
  /** When the step was over, milliseconds since 1970; of a step that no clock saw, what the one before it says. */
  readonly atMs: number;
  readonly values: Metrics;
}

export interface RunCurves {
  /** Every setting, as resolved. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By ascending step. */
  readonly rows: readonly CurveRow[];
}

/**
 * The curves of a run as far as it went: metrics and telemetry of its steps, scores of its checkpoints.
 *
 * @throws {KnownError} `run-unknown`
 */
export async function runCurves(store: ObjectStore, run: string): Promise<RunCurves> {
  const stored = await find(store, record.run(run));
  if (!stored) {
    const message = `There is no run ${run} here. "oneshot runs" lists those there are.`;
    throw new KnownError('run-unknown', message);
  }
  const line = await readCheckpointLine(store, run);
  const table = new Map<number, Metrics>();
  const times = new Map<number, number>();
  const enter = (step: number, values: Metrics) => table.set(step, { ...table.get(step), ...values });
  const enterStep = async (ref: StepRef, metrics: Metrics) => {
    const telemetry = await find(store, record.stepTelemetry(ref));
    enter(ref.step, { ...metrics, ...(telemetry && telemetryValues(telemetry)) });
    if (telemetry?.at !== undefined) times.set(ref.step, telemetry.at);
  };
  for (const { key, checkpoint } of line) {
    const { incarnation } = parseCheckpoint(key);
    await Promise.all(
      checkpoint.steps.map(({ step, metrics }) => enterStep({ run, incarnation, step }, metrics)),
    );
    enter(checkpoint.step, await scoreValues(store, checkpoint));
  }
  for (const { ref, metrics } of await openSteps(store, run, line.at(-1)?.checkpoint.step ?? 0))
    await enterStep(ref, metrics);
  return { config: stored.config, rows: toRows(table, times) };
}

/** Steps of the newest driver since the last checkpoint. */
async function openSteps(store: ObjectStore, run: string, after: number) {
  const newest = (await store.list(keys.prefix.incarnations(run))).at(-1);
  if (newest === undefined) return [];
  const incarnation = parseIncarnation(newest);
  const startAfter = keys.step({ run, incarnation, step: after });
  const found = await store.list(keys.prefix.steps(run, incarnation), { startAfter });
  const steps = await Promise.all(found.map((key) => read(store, record.step.at(key))));
  return steps.map(({ step, metrics }) => ({ ref: { run, incarnation, step }, metrics }));
}

function telemetryValues({ seconds, scoringCpuSeconds, tokensPerSecond, peakBytes }: StepTelemetry): Metrics {
  return {
    ...renamed(seconds, (phase) => `${phase}/seconds`),
    ...(scoringCpuSeconds !== undefined && { 'scoring/cpu_seconds': scoringCpuSeconds }),
    ...renamed(tokensPerSecond, (phase) => `${phase}/tokens_per_second`),
    ...renamed(peakBytes, (process) => `${process}/peak_bytes`),
  };
}

/** `eval/{grader}/{benchmark}/…`, the six sets' mean as the benchmark `average`; what failed shards leave open is absent. */
async function scoreValues(store: ObjectStore, { evaluation }: Checkpoint): Promise<Metrics> {
  const summary = evaluation && (await newestSummary(store, evaluationId(evaluation)));
  const values: Record<string, number | null | undefined> = {};
  for (const [grader, { average, benchmarks }] of Object.entries(summary?.graders ?? {})) {
    const average_ = { benchmark: 'average', score: average };
    for (const each of [average_, ...benchmarks]) {
      const name = `eval/${grader}/${each.benchmark}`;
      values[`${name}/accuracy`] = each.score.mean;
      values[`${name}/accuracy_low`] = each.score.interval?.[0];
      values[`${name}/accuracy_high`] = each.score.interval?.[1];
    }
    for (const { benchmark, meanTokens, truncatedShare, boxedShare } of benchmarks) {
      values[`eval/${grader}/${benchmark}/length_mean`] = meanTokens;
      values[`eval/${grader}/${benchmark}/truncated_share`] = truncatedShare;
      values[`eval/${grader}/${benchmark}/boxed_share`] = boxedShare;
    }
  }
  const known = Object.entries(values).filter((entry): entry is [string, number] => entry[1] != null);
  return Object.fromEntries(known);
}

function toRows(table: ReadonlyMap<number, Metrics>, times: ReadonlyMap<number, number>): CurveRow[] {
  const steps = [...table.keys()].sort((a, b) => a - b);
  let atMs = Math.min(...times.values(), Number.MAX_SAFE_INTEGER);
  if (times.size === 0) atMs = 0;
  return steps.map((step) => {
    atMs = times.get(step) ?? atMs;
    return { step, atMs, values: table.get(step) ?? {} };
  });
}

function renamed(values: Metrics, name: (key: string) => string): Metrics {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}
