import { inParallel } from '#shared/in-parallel.ts';
import type { GraderName, Item, Outcome, ScoredItem, VerdictKind } from '#shared/records/evaluations.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { record } from '#shared/storage/records.ts';
import { newestRef } from '../evaluations/newest-round.ts';
import { judgedBy } from '../evaluations/sample-view.ts';
import { isSame, placeOfItem } from '../evaluations/shard-of-item.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { checkpointLine, type LineCheckpoint } from './checkpoint-line.ts';

/** Evaluations that are read at a time. */
const READERS = 8;
/** Checkpoints that are looked at: each costs an outcome. */
const MOST_CHECKPOINTS = 40;

/** The same sample of the same problem at one checkpoint. */
export interface SampleAtCheckpoint {
  readonly step: number;
  readonly evaluation: string;
  /** `null` where it is not scored, or not asked for. */
  readonly verdict: VerdictKind | null;
}

/** Which sample, and whose verdict. */
export interface SoughtSample {
  readonly item: Item;
  readonly grader: GraderName;
  /**
   * Which holds it in one of the evaluations: most are cut alike, and need no manifest then, which names every completion
   * and takes longer to read than all else.
   */
  readonly shard: number;
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
  { item, grader, shard }: SoughtSample,
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
            verdict: verdictOf(grader, await sampleAt(evaluation, item, shard, ports)),
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

/** `undefined` where it is not scored, not asked for, or its evaluation waits for somebody to ask for it. */
async function sampleAt(
  evaluation: string,
  item: Item,
  likelyShard: number,
  ports: Ports,
): Promise<ScoredItem | undefined> {
  const foundIn = (outcome: Outcome | undefined) =>
    outcome?.kind === 'scored' ? outcome.items.find((each) => isSame(each, item)) : undefined;
  const ref = await newestRef(evaluation, ports);
  if (!ref) return undefined;
  const likely = foundIn(await findHeld(ports.store, record.outcome(ref, likelyShard)));
  if (likely) return likely;
  const manifest = await findHeld(ports.store, record.roundManifest(ref));
  const shard = manifest?.shards[placeOfItem(manifest, item)];
  return shard && foundIn(await findHeld(ports.store, outcomeOf(ref, shard)));
}

function verdictOf(grader: GraderName, found: ScoredItem | undefined): VerdictKind | null {
  return found?.verdicts[grader] ? judgedBy(grader, found).verdict : null;
}
