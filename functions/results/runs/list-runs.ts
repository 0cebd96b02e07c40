import { inParallel } from '#shared/in-parallel.ts';
import type { RunEntry } from '#shared/records/runs.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { keys } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { timeText } from '../../http/time-text.ts';
import { headlineScore } from '../evaluations/headline-score.ts';
import { newestScores } from '../evaluations/newest-scores.ts';
import { findHeld } from '../held.ts';
import { readIndex } from '../read-index.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { checkpointLine, type LineCheckpoint } from './checkpoint-line.ts';
import { countWarnings, runAlerts } from './run-alerts.ts';
import { type RunNews, runNews } from './run-news.ts';
import { runProgress } from './run-progress.ts';
import type { CheckpointScore, RunListItem, RunPage, RunQuery } from './run-view.ts';

const CURSOR = /^\d{14}-[\w-]{1,64}$/;
/** Evaluations that are looked at at a time. */
const READERS = 16;

type Ports = Pick<ResultsPorts, 'store' | 'lists' | 'drivers'>;

/**
 * Training runs, newest first, with how far they have come. A page of those in one state may be short, even empty, and
 * still have a next one.
 *
 * @throws {KnownError} `cursor-invalid`
 */
export async function listRuns({ recipe, state, q, ...paging }: RunQuery, ports: Ports): Promise<RunPage> {
  const sought = q?.toLowerCase();
  const news = await runNews(ports);
  return readIndex(
    {
      prefix: keys.prefix.runEntries,
      form: CURSOR,
      readEntry: (key) => findHeld(ports.store, record.runEntry.at(key)),
      passes:
        recipe === undefined && sought === undefined
          ? undefined
          : (entry) =>
              (recipe === undefined || entry.recipe === recipe) &&
              (sought === undefined || entry.run.includes(sought)),
      toItem: async (entry) => {
        const item = await listed(entry, news, ports);
        return state === undefined || item?.state === state ? item : undefined;
      },
      narrows: state !== undefined,
    },
    paging,
    ports,
  );
}

/** `undefined` of a run that was removed. */
async function listed(
  { run, recipe, createdAt }: RunEntry,
  news: RunNews,
  ports: Ports,
): Promise<RunListItem | undefined> {
  const known = { run, recipe, createdAt: timeText(createdAt) };
  try {
    const stored = await find(ports.store, record.run(run));
    if (!stored) return undefined;
    const line = await checkpointLine(run, ports);
    const progress = await runProgress(run, stored.config, line, { ...news, store: ports.lists.view() });
    const scorings = await inParallel(line, READERS, (each) => scoringOf(each, ports));
    const scores = scorings.flatMap(({ score }) => score ?? []);
    return {
      ...known,
      ...progress,
      checkpoints: line.length,
      score: scores.at(-1) ?? null,
      best: bestOf(scores),
      curve: scorings.map(({ step, score }) => ({ step, mean: score?.mean ?? null })),
      unscored: scorings.filter(({ lost }) => lost).length,
      ...countWarnings(runAlerts(line, progress.steps)),
    };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return {
      ...known,
      state: 'damaged',
      step: null,
      steps: null,
      checkpoints: null,
      score: null,
      best: null,
      curve: [],
      unscored: 0,
      alerts: null,
      worstAlert: null,
    };
  }
}

/** How a checkpoint stands. */
interface Scoring {
  readonly step: number;
  readonly score?: CheckpointScore;
  /** Its evaluation lost shards or was refused. */
  readonly lost: boolean;
}

async function scoringOf(
  { checkpoint: { step }, evaluation }: LineCheckpoint,
  ports: Ports,
): Promise<Scoring> {
  if (evaluation === null) return { step, lost: false };
  const summary = await newestScores(evaluation, ports);
  if (!summary) {
    const ref = { evaluation, round: await latestRound(evaluation, ports.lists) };
    return { step, lost: (await findHeld(ports.store, record.refused(ref))) !== undefined };
  }
  const lost = Object.keys(summary.coverage.failed).length > 0;
  const score = headlineScore(summary);
  return { step, lost, ...(score && { score: { step, evaluation, ...score } }) };
}

/** The one with the highest average, the first of equals. */
function bestOf(scores: readonly CheckpointScore[]): CheckpointScore | null {
  return scores.reduce<CheckpointScore | null>(
    (best, score) =>
      score.mean !== null && score.mean > (best?.mean ?? Number.NEGATIVE_INFINITY) ? score : best,
    null,
  );
}
