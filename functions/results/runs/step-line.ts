import { KnownError } from '#shared/errors.ts';
import { keys, parseCheckpoint, parseIncarnation, parseStep, type StepRef } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { ResultsPorts } from '../results-ports.ts';

/**
 * The steps that a run has done, by number, each by the driver whose way led on: those of the newest driver, before them
 * those of the driver that it took over from as far as it went on from there, and so to the first. What a driver did
 * beyond that point was done again.
 */
export async function stepLine(
  run: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<readonly StepRef[]> {
  const newest = (await lists.list(keys.prefix.incarnations(run))).at(-1);
  if (newest === undefined) return [];
  const done = Map.groupBy(
    (await lists.list(keys.prefix.allSteps(run))).map(parseStep),
    ({ incarnation }) => incarnation,
  );
  const line: StepRef[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (let incarnation = parseIncarnation(newest); incarnation > 0; ) {
    const own = (done.get(incarnation) ?? []).filter(({ step }) => step <= until);
    line.push(...own.reverse());
    const { resumesFrom } = await read(store, record.incarnation(run, incarnation));
    if (resumesFrom === null) break;
    const before = parseCheckpoint(resumesFrom);
    if (before.run !== run) break; // a fork begins with a checkpoint of another run
    incarnation = before.incarnation;
    until = Math.min(until, before.step);
  }
  return line.reverse();
}

/** One step of a line. @throws {KnownError} `step-unknown` */
export function findStep(line: readonly StepRef[], run: string, step: number): StepRef {
  const found = line.find((each) => each.step === step);
  if (found) return found;
  const [first, last] = [line[0], line.at(-1)];
  const there = first && last ? `It has done steps ${first.step} to ${last.step}.` : 'It has done none yet.';
  throw new KnownError('step-unknown', `Run ${run} has not done step ${step}. ${there}`);
}
