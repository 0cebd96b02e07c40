import type { AlertEvent } from '../driver-events.ts';
import { type Alert, alertText } from './alert-rules.ts';

/** An alert of a run as drivers log it, and as receivers of alerts are told. */
export function alertEvent(run: string, alert: Alert): AlertEvent {
  const { rule, severity, step } = alert;
  const value = Number.isFinite(alert.value) ? alert.value : null;
  const level = severity === 'warning' ? 'warning' : 'info';
  return { level, event: 'alert', run, rule, step, value, detail: alertText(alert) };
}
