import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import type { GraderName, Item, VerdictKind } from '#shared/records/evaluations.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { newestRound } from '../evaluations/newest-round.ts';
import { judgedBy } from '../evaluations/sample-view.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { checkpointLine, type LineCheckpoint } from './checkpoint-line.ts';

/** Evaluations that are read at a time. */
const READERS = 8;
/** Checkpoints that are looked at: each costs its evaluation's manifest and an outcome. */
const MOST_CHECKPOINTS = 40;

/** The same sample of the same problem at one checkpoint. */
export interface SampleAtCheckpoint {
  readonly step: number;
  readonly evaluation: string;
  /** `null` where it is not scored, or not asked for. */
  readonly verdict: VerdictKind | null;
}

/** A sample through training. */
export interface SampleHistory {
  readonly checkpoints: readonly SampleAtCheckpoint[];
  /** Checkpoints before and after those, which were not looked at. */
  readonly leftOut: number;
}

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/**
 * What became of one sample of a problem at the checkpoints of a run around a step. Reads verdicts alone, no texts, so
 * that a long run costs little.
 */
export async function sampleHistory(
  run: string,
  step: number,
  item: Item,
  grader: GraderName,
  ports: Ports,
): Promise<SampleHistory> {
  const line = await checkpointLine(run, ports);
  const near = around(line, step);
  const checkpoints = await inParallel(near, READERS, async ({ checkpoint, evaluation }) =>
    evaluation === null
      ? []
      : [
          {
            step: checkpoint.step,
            evaluation,
            verdict: await verdictAt(evaluation, item, grader, ports),
          },
        ],
  );
  return { checkpoints: checkpoints.flat(), leftOut: line.length - near.length };
}

/** So many checkpoints with the step in their middle, as far as there are any on both sides. */
function around(line: readonly LineCheckpoint[], step: number): readonly LineCheckpoint[] {
  const at = line.findIndex(({ checkpoint }) => checkpoint.step >= step);
  const middle = at < 0 ? line.length : at;
  const from = Math.max(0, Math.min(middle - MOST_CHECKPOINTS / 2, line.length - MOST_CHECKPOINTS));
  return line.slice(from, from + MOST_CHECKPOINTS);
}

async function verdictAt(
  evaluation: string,
  { problem, sample }: Item,
  grader: GraderName,
  ports: Ports,
): Promise<VerdictKind | null> {
  const isIt = (item: Item) => item.problem === problem && item.sample === sample;
  const round = await newestRound(evaluation, ports).catch((error: unknown) => {
    if (hasCode(error, 'evaluation-unknown')) return undefined; // the checkpoint waits for somebody to ask for it
    throw error;
  });
  const shard = round?.manifest?.shards.find(({ items }) => items.some(isIt));
  const outcome = round && shard && (await findHeld(ports.store, outcomeOf(round.ref, shard)));
  const found = outcome?.kind === 'scored' ? outcome.items.find(isIt) : undefined;
  return found?.verdicts[grader] ? judgedBy(grader, found).verdict : null;
}
