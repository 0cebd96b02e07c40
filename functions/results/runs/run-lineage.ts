import { z } from 'zod';
import type { StoredRun } from '#shared/records/runs.ts';
import { keys, parseCheckpoint, parseFork, parseIncarnation } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { RunView } from './run-view.ts';

/** What is looked at of a config, of which the trainer alone has a schema. */
const ForkedConfig = z.looseObject({ fork: z.object({ checkpoint: z.string() }) });

/** Where a run comes from, what has come of it, and where its drivers took over from each other. */
export async function runLineage(
  run: string,
  { config }: StoredRun,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<Pick<RunView, 'forkOf' | 'forks' | 'restarts'>> {
  const forked = ForkedConfig.safeParse(config);
  const origin = forked.success ? parseCheckpoint(forked.data.fork.checkpoint) : null;
  const forks = (await lists.list(keys.prefix.forks(run))).map(parseFork);
  const drivers = (await lists.list(keys.prefix.incarnations(run))).map(parseIncarnation).slice(1);
  const restarts = drivers.map(async (incarnation) => {
    const resumesFrom = (await findHeld(store, record.incarnation(run, incarnation)))?.resumesFrom ?? null;
    return { incarnation, step: resumesFrom === null ? null : parseCheckpoint(resumesFrom).step };
  });
  return {
    forkOf: origin && { run: origin.run, step: origin.step },
    forks: forks.map(({ child, step }) => ({ run: child, step })),
    restarts: await Promise.all(restarts),
  };
}
