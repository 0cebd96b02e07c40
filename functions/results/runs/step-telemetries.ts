import { inParallel } from '#shared/in-parallel.ts';
import type { StepTelemetry } from '#shared/records/telemetry.ts';
import { keys } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { stepLine } from './step-line.ts';

/** Records that are read at a time. */
const READERS = 16;
/** The same each time, as what is worked out of it is. */
const NONE: ReadonlyMap<number, StepTelemetry> = new Map();

/** What a clock has seen of the steps of a run's line, by step; those that none has seen are not in it. */
export async function stepTelemetries(
  run: string,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<ReadonlyMap<number, StepTelemetry>> {
  const stored = new Set(await ports.lists.list(keys.prefix.stepTelemetry(run)));
  if (stored.size === 0) return NONE;
  const seen = (await stepLine(run, ports)).filter((ref) => stored.has(keys.stepTelemetry(ref)));
  const read = await inParallel(seen, READERS, async (ref) => {
    const telemetry = await findHeld(ports.store, record.stepTelemetry(ref));
    return telemetry && ([ref.step, telemetry] as const);
  });
  return new Map(read.filter((entry) => entry !== undefined));
}
