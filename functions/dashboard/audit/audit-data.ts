import { hasCode } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';
import type { ScoredItem } from '#shared/records/evaluations.ts';
import type { Interval } from '#shared/records/summary.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { evaluationEntry } from '../../results/evaluations/evaluation-entry.ts';
import { listEvaluations } from '../../results/evaluations/list-evaluations.ts';
import { type NewestRound, newestRound } from '../../results/evaluations/newest-round.ts';
import { notesOf } from '../../results/evaluations/notes.ts';
import { readVerdicts } from '../../results/evaluations/read-verdicts.ts';
import { findRun } from '../../results/runs/find-run.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import type { AuditQuery } from './audit-query.ts';
import { type Audited, audited, type Disagreement, disagreements, together } from './disagreements.ts';
import { type DrawnSample, readDrawn } from './read-drawn.ts';
import { type ReaderNotes, readerNotes } from './reader-notes.ts';

/** Evaluations that are looked at where nobody names them, the newest: of the paper's sets 9,000 completions, which settle a
 * share of 5 % to within half a point. */
const NEWEST = 4;
/** Completions whose verdicts are read; a whole evaluation of the paper's sets has 2,247. */
const MOST_COMPLETIONS = 50_000;
/** Disagreements that are shown at a time. */
const DRAWN = 20;

/** An evaluation whose verdicts were read. */
export interface AuditedEvaluation {
  readonly evaluation: string;
  readonly checkpoint: { readonly run: string; readonly step: number } | null;
  /** Of the run; `null` of a model that was given by hand, or where the run cannot be read. */
  readonly recipe: string | null;
  /** Completions that several graders judged. */
  readonly judged: number;
  readonly disputed: number;
}

/** All that the page of the audit shows. */
export interface AuditData {
  readonly evaluations: readonly AuditedEvaluation[];
  /** Evaluations that were asked for and not read, since that would have been too many completions. */
  readonly leftOut: readonly string[];
  readonly judged: number;
  readonly disputed: number;
  readonly share: number | null;
  readonly interval: Interval | null;
  readonly disagreements: readonly Disagreement[];
  /** That pass the filters. */
  readonly matching: number;
  readonly drawn: readonly DrawnSample[];
  readonly seed: number;
  /** What readers say of all that was read, whatever the filters are. */
  readonly readers: ReaderNotes;
}

/** Gathers the audit. @throws {KnownError} `evaluation-unknown` of one that was asked for */
export async function readAuditData(query: AuditQuery, ports: DashboardPorts): Promise<AuditData> {
  const wanted = query.evaluation ?? (await newestOf(query.run, ports));
  const { read, leftOut } = await readWithin(wanted, ports);
  const found = together(read.map((each) => each.found));
  const { disputed } = found;
  const judged = judgedOf(found);
  const matching = disputed.filter(
    (item) =>
      (query.benchmark === undefined || item.problem.startsWith(`${query.benchmark}/`)) &&
      (query.said === undefined || item.said === query.said),
  );
  const drawn = new RandomStream(query.seed, 0).shuffle(matching).slice(0, DRAWN);
  const rounds = new Map(read.map(({ round }) => [round.ref.evaluation, round]));
  return {
    evaluations: await Promise.all(read.map((each) => auditedEvaluation(each, ports))),
    leftOut,
    ...{ judged, disputed: disputed.length, seed: query.seed, matching: matching.length },
    share: judged === 0 ? null : disputed.length / judged,
    interval: judged === 0 ? null : wilsonInterval(disputed.length, judged),
    disagreements: disagreements(found),
    drawn: await readDrawn(drawn, rounds, ports.store),
    readers: await notesOn(read, ports),
  };
}

async function notesOn(read: readonly ReadEvaluation[], ports: DashboardPorts): Promise<ReaderNotes> {
  const notes = await Promise.all(read.map(({ round }) => notesOf(round.ref.evaluation, ports)));
  return readerNotes(
    notes.flat(),
    read.flatMap(({ scored }) => scored),
  );
}

async function newestOf(run: string | undefined, ports: DashboardPorts): Promise<readonly string[]> {
  const { items } = await listEvaluations({ limit: NEWEST, run }, ports);
  return items.filter(({ status }) => status !== 'damaged').map(({ evaluation }) => evaluation);
}

interface ReadEvaluation {
  readonly round: NewestRound;
  readonly found: Audited;
  readonly scored: readonly ScoredItem[];
}

/** Reads evaluations one after the other, as long as they do not have too many completions together. */
async function readWithin(
  wanted: readonly string[],
  ports: DashboardPorts,
): Promise<{ readonly read: readonly ReadEvaluation[]; readonly leftOut: readonly string[] }> {
  const read: ReadEvaluation[] = [];
  const leftOut: string[] = [];
  let completions = 0;
  for (const evaluation of new Set(wanted)) {
    const round = await newestRound(evaluation, ports);
    const size = sum(round.manifest?.shards.map(({ items }) => items.length) ?? []);
    if (completions > 0 && completions + size > MOST_COMPLETIONS) {
      leftOut.push(evaluation);
      continue;
    }
    completions += size;
    const shards = await readVerdicts(round.ref, round.manifest, ports.store);
    const found = together(shards.map((items) => auditedOnce(evaluation, items)));
    read.push({ round, found, scored: shards.flat() });
  }
  return { read, leftOut };
}

const known = new WeakMap<readonly ScoredItem[], { readonly evaluation: string; readonly found: Audited }>();

/** As `audited`, worked out once for each shard: its verdicts are held. Another evaluation may have taken them over. */
function auditedOnce(evaluation: string, items: readonly ScoredItem[]): Audited {
  const before = known.get(items);
  if (before?.evaluation === evaluation) return before.found;
  const found = audited(evaluation, items);
  known.set(items, { evaluation, found });
  return found;
}

function judgedOf({ judged }: Audited): number {
  return sum([...judged.values()]);
}

async function auditedEvaluation(
  { round, found }: ReadEvaluation,
  ports: DashboardPorts,
): Promise<AuditedEvaluation> {
  const { evaluation } = round.ref;
  const checkpoint = (await evaluationEntry(evaluation, ports))?.checkpoint ?? null;
  return {
    ...{ evaluation, checkpoint },
    recipe: checkpoint && (await recipeOf(checkpoint.run, ports)),
    judged: judgedOf(found),
    disputed: found.disputed.length,
  };
}

async function recipeOf(run: string, { store }: DashboardPorts): Promise<string | null> {
  try {
    return (await findRun(run, store)).config.recipe;
  } catch (error) {
    if (hasCode(error, 'run-unknown') || isDamage(error)) return null;
    throw error;
  }
}
