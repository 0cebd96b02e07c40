import { z } from '@hono/zod-openapi';
import { KnownError } from '#shared/errors.ts';
import { matchCursor, type Paging, pageOf } from '../../http/paging.ts';
import { TimeText } from '../../http/time-text.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { findRun } from './find-run.ts';

/** Time of the first entry of a file of the log, and bytes of it that are read. */
const CURSOR = /^(\d{1,14})-(\d{1,12})$/;

/** What a driver has said, as its log has it. */
const LogItem = z
  .looseObject({ at: TimeText, level: z.enum(['info', 'warning', 'error']), event: z.string() })
  .openapi('LogItem');
export const LogPage = pageOf(LogItem).extend({
  end: z.string().nullable().meta({
    description: 'Cursor behind the last item, for what is said from then on; null where there is no log.',
  }),
});
export type LogPage = z.infer<typeof LogPage>;

/**
 * What the drivers of a run have said, oldest first.
 *
 * @throws {KnownError} `run-unknown`, `cursor-invalid`; `log-elsewhere` where the host keeps no logs of drivers
 */
export async function listLog(
  run: string,
  { cursor, limit }: Paging,
  { store, runLog }: Pick<ResultsPorts, 'store' | 'runLog'>,
): Promise<LogPage> {
  const after = cursor === undefined ? undefined : placeOf(cursor);
  await findRun(run, store);
  if (!runLog) {
    const message = `This host does not keep what drivers say. A run that a Batch job trains says it in CloudWatch; of another machine's run, ask there: \`oneshot logs ${run}\`.`;
    throw new KnownError('log-elsewhere', message);
  }
  const { entries, end, more } = runLog(run, after, limit);
  const cursorBehind = end ? `${end.beganMs}-${end.offset}` : null;
  const items = entries as readonly object[] as LogPage['items']; // each has its time, since a driver's log gives it one
  return { items, total: null, next: more ? cursorBehind : null, end: cursorBehind };
}

function placeOf(cursor: string): { readonly beganMs: number; readonly offset: number } {
  const [, beganMs, offset] = matchCursor(cursor, CURSOR);
  return { beganMs: Number(beganMs), offset: Number(offset) };
}
