import { html } from 'hono/html';
import type { Html } from '#functions/dashboard/html.ts';
import { scoreProtocol, settingList, trainedOn } from '#functions/dashboard/run/about-section.ts';
import { alertSection } from '#functions/dashboard/run/alert-section.ts';
import { checkpointTable } from '#functions/dashboard/run/checkpoint-section.ts';
import type { RunData } from '#functions/dashboard/run/run-data.ts';
import { RunQuery } from '#functions/dashboard/run/run-query.ts';
import { scoredOf } from '#functions/dashboard/run/run-words.ts';
import { scoreFigures } from '#functions/dashboard/run/score-section.ts';
import { trainingFigures } from '#functions/dashboard/run/training-section.ts';
import { counted, NONE, number } from '#functions/dashboard/shell/format.ts';
import type { Section } from './section.ts';
import { stepTable } from './step-table.ts';

/** What the run was taught, which is what all of it is about. */
export function taughtBlock(data: RunData): Html | string {
  if (data.problemCount === 0) return ''; // its data is in another store
  return html`<div class="taught">${trainedOn(data)}</div>`;
}

/** Scores and training over the steps, each with its data as a table; then how it was made. */
export function runSections(data: RunData): readonly Section[] {
  return [...warnings(data), ...scoreCurves(data), ...trainingCurves(data), settingSection(data)];
}

/** What the marks in the curves say. */
function warnings(data: RunData): readonly Section[] {
  const markup = alertSection(data);
  return typeof markup === 'string' ? [] : [{ id: 'alerts', title: 'Worth knowing', markup }];
}

function scoreCurves(data: RunData): readonly Section[] {
  const { checkpoints } = data;
  if (scoredOf(checkpoints).length === 0) return [];
  const title = 'Scores by checkpoint';
  const markup = html`<section id="curves"><h2>${title}</h2><p class="note">Per cent right, on problems that the run does not train on.</p>${scoreFigures(data, RunQuery.parse({}))}<details><summary>${counted(checkpoints.length, 'checkpoint')} as a table</summary>${checkpointTable(data, false)}</details></section>`;
  return [{ id: 'curves', title, markup }];
}

function trainingCurves(data: RunData): readonly Section[] {
  if (data.steps.length === 0) return [];
  const { note, figures } = trainingFigures(data, RunQuery.parse({}));
  const markup = html`<section id="training"><div class="sh"><div><h2>Training</h2>${note}</div></div>${figures}${stepDetails(data)}</section>`;
  return [{ id: 'training', title: 'Training', markup }];
}

function stepDetails(data: RunData): Html {
  const { columns, rows, every } = stepTable(data);
  const title = `The steps as a table${every === 1 ? '' : `, one in ${every}`}`;
  return html`<details><summary>${title}</summary><div class="scroll" tabindex="0" role="region" aria-label="Steps"><table><thead><tr>${columns.map((name) => html`<th class="n" scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(([step, ...values]) => html`<tr><th class="n" scope="row">${step ?? ''}</th>${values.map((value) => html`<td class="n">${value == null ? NONE : number(value)}</td>`)}</tr>`)}</tbody></table></div></details>`;
}

function settingSection(data: RunData): Section {
  const markup = html`<section id="made" class="two"><div>${scoreProtocol(data.protocol)}</div><div>${settingList(data)}</div></section>`;
  return { id: 'made', title: 'Protocol and settings', markup };
}
