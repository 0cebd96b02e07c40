import { keys } from '#shared/storage/keys.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { type DriverNews, NO_NEWS } from './run-progress.ts';

/** What goes on beside the records of runs: drivers at work, and what somebody has promised to finish. */
export interface RunNews extends DriverNews {
  /** Keys of all pending markers. */
  readonly pending: ReadonlySet<string>;
}

export async function runNews({ lists, drivers }: Pick<ResultsPorts, 'lists' | 'drivers'>): Promise<RunNews> {
  const pending = new Set(await lists.list(keys.prefix.pending));
  return { ...((await drivers?.()) ?? NO_NEWS), pending };
}
