import type { Alert } from '#shared/alerts/alert-rules.ts';
import { findAlerts } from '#shared/alerts/find-alerts.ts';
import { type LineCheckpoint, lineSteps } from './checkpoint-line.ts';

const known = new WeakMap<readonly LineCheckpoint[], Alert[]>();

/**
 * What a run's steps up to its newest checkpoint give reason to tell; worked out once for each line, which is held.
 *
 * @param planned - steps of the whole run, where its settings say it
 */
export function runAlerts(line: readonly LineCheckpoint[], planned: number | null): Alert[] {
  const found = known.get(line) ?? [...findAlerts(lineSteps(line), planned)];
  known.set(line, found);
  return found;
}
