import { type Alert, type AlertName, alertRules } from '#shared/alerts/alert-rules.ts';
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

/** The warnings among a run's alerts, in short. */
export interface WarningCount {
  /** How many; `null` where damage hides it. */
  readonly alerts: number | null;
  /** The first of the table of rules, which begins with the worst; `null` where there is none. */
  readonly worstAlert: AlertName | null;
}

export function countWarnings(alerts: readonly Alert[]): WarningCount {
  const rules = new Set(alerts.filter(({ severity }) => severity === 'warning').map(({ rule }) => rule));
  const worst = (Object.keys(alertRules) as AlertName[]).find((rule) => rules.has(rule)); // keys of the table
  return { alerts: rules.size, worstAlert: worst ?? null };
}

/** Such as `▲ diverges and 1 more`; `undefined` where there is no warning. */
export function warningText({ alerts, worstAlert }: WarningCount): string | undefined {
  if (worstAlert === null) return undefined;
  const more = alerts !== null && alerts > 1 ? ` and ${alerts - 1} more` : '';
  return `▲ ${alertRules[worstAlert].short}${more}`;
}
