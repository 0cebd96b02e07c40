import { z } from '@hono/zod-openapi';
import { inParallel } from '#shared/in-parallel.ts';
import { Metrics } from '#shared/records/runs.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { matchCursor, type Paging, pageOf } from '../../http/paging.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { findRun } from './find-run.ts';
import { stepLine } from './step-line.ts';

const CURSOR = /^(\d{1,6})$/;
/** Records that are read at a time. */
const READERS = 16;

export const StepListItem = z.object({ step: z.number().int(), metrics: Metrics }).openapi('StepListItem');
export const StepPage = pageOf(StepListItem);
export type StepPage = z.infer<typeof StepPage>;

/**
 * Steps that a run has done, oldest first, those since its newest checkpoint among them.
 *
 * @throws {KnownError} `run-unknown`, `cursor-invalid`
 */
export async function listSteps(
  run: string,
  { cursor, limit }: Paging,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<StepPage> {
  const after = cursor === undefined ? -1 : Number(matchCursor(cursor, CURSOR)[0]);
  await findRun(run, ports.store);
  const line = await stepLine(run, ports);
  const rest = line.filter(({ step }) => step > after);
  const page = rest.slice(0, limit);
  const items = await inParallel(page, READERS, async (ref) => {
    const { step, metrics } = await read(ports.store, record.step(ref));
    return { step, metrics };
  });
  const last = page.at(-1);
  return {
    items: [...items],
    total: line.length,
    next: rest.length > limit && last ? String(last.step) : null,
  };
}
