import { html } from 'hono/html';
import { alertRules } from '#shared/alerts/alert-rules.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { codeText } from '../text/code-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { RunData } from './run-data.ts';

/** What the run gives reason to tell: what was seen, what it means, what to do. */
export function alertSection({ alerts, run, steps }: RunData): Html | string {
  if (alerts.length === 0) return '';
  const known = new Set(steps.map(({ step }) => step));
  return html`<section id="alerts" style="margin-top:2rem"><h2 class="h3">Worth knowing</h2>${alerts.map((alert) => item(alert, known.has(alert.step) ? pages.step(run, alert.step) : undefined))}</section>`;
}

function item(
  { rule, severity, step, found, means, advice }: RunData['alerts'][number],
  href: string | undefined,
): Html {
  const { short } = alertRules[rule];
  const name = severity === 'warning' ? html`<b class="may">▲ ${short}</b>` : html`<b>○ ${short}</b>`;
  const place = href === undefined ? `step ${step}` : html`<a href="${href}">step ${step}</a>`;
  return html`<div class="alert ${severity === 'warning' ? 'amber' : 'plain'}" id="alert-${rule}" data-row><p>${name}, ${place}: ${visibleLine(found)} ${means} <span class="muted">${codeText(advice)}</span></p></div>`;
}
