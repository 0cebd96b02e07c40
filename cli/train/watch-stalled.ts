import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadingPorts } from '#functions/results/evaluations/read-evaluation.ts';
import { readRun } from '#functions/results/runs/read-run.ts';
import { stalledEvaluation } from '#functions/results/runs/stalled-evaluation.ts';
import { alertEvent } from '#shared/alerts/alert-event.ts';
import type { AlertEvent } from '#shared/driver-events.ts';
import type { Clock } from '#shared/ports/clock.ts';

/** A tenth of an hour: what stalls has done so for half an hour at least. */
const EVERY_MS = 6 * 60_000;

/**
 * Looks now and then whether scores that were asked for do not come, and tells it once. A store that cannot be read at the
 * moment is read again the next time: training has errors of its own for one that stays away.
 */
export async function watchStalled(
  run: string,
  ports: ReadingPorts & { readonly clock: Clock },
  tell: (alert: AlertEvent) => void,
  { signal, everyMs = EVERY_MS }: { readonly signal: AbortSignal; readonly everyMs?: number },
): Promise<void> {
  while (await pause(everyMs, signal)) {
    const alert = await stalledOf(run, ports).catch(() => undefined);
    if (!alert || signal.aborted) continue;
    tell(alertEvent(run, alert));
    return;
  }
}

/** @returns whether it goes on */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal, ref: false }).catch(() => false);
}

async function stalledOf(run: string, ports: ReadingPorts & { readonly clock: Clock }) {
  const { checkpoints } = await readRun(run, ports);
  return stalledEvaluation(run, checkpoints, ports.clock.now(), ports);
}
