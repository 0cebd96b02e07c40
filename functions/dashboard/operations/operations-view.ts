import { html } from 'hono/html';
import { sum } from '#shared/metrics/sum.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, durationText, NONE, number, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { letterSection } from './letter-section.ts';
import type { OpenRow, OperationsData, QueueState } from './operations-data.ts';
import type { OperationsQuery } from './operations-query.ts';
import { sourceLink } from './source-link.ts';
import { timelineSection } from './timeline-section.ts';

/** The page of the evaluation plane: what is at work, what died, what waits, and one evaluation over time. */
export function operationsView(data: OperationsData, { csrf }: Looking<OperationsQuery>): View {
  return {
    title: 'Operations',
    tab: 'operations',
    crumbs: [{ label: 'Operations' }],
    live: true,
    body: html`<h1>${sentence(data)}</h1>${lede(data)}${openSection(data)}${letterSection(data, csrf)}${queueSection(data)}${timelineSection(data)}`,
    command: 'oneshot evaluations',
  };
}

function sentence({ open, openTotal, letters, unplanned }: OperationsData): string {
  const work =
    openTotal + unplanned === 0
      ? 'No evaluation is at work'
      : `${counted(openTotal + unplanned, 'evaluation')} at work${doneOf(open)}`;
  return letters.length === 0 ? work : `${work}; ${counted(letters.length, 'dead letter')}`;
}

function doneOf(open: readonly OpenRow[]): string {
  const planned = open.flatMap(({ shards }) => shards ?? []);
  const total = sum(planned.map((each) => each.total));
  return total === 0
    ? ''
    : `, ${number(sum(planned.map(({ done }) => done)))} of ${counted(total, 'shard')} done`;
}

function lede({ open, unplanned }: OperationsData): Html | string {
  const ages = open.flatMap(({ ageMinutes }) => ageMinutes ?? []);
  const oldest = ages.length === 0 ? '' : `The oldest was asked for ${ageText(Math.max(...ages))} ago. `;
  const waiting = unplanned === 0 ? '' : `${counted(unplanned, 'checkpoint')} of runs wait to be planned. `;
  return oldest + waiting === '' ? '' : html`<p class="lede">${oldest}${waiting}</p>`;
}

function ageText(minutes: number): string {
  return minutes === 0 ? 'less than a minute' : durationText(60 * minutes);
}

function openSection({ open, openTotal }: OperationsData): Html | string {
  if (open.length === 0) return '';
  const left = openTotal - open.length;
  return html`<section id="open"><div class="sh"><div><h2>At work</h2><p class="note">Done has an outcome. Begun has completions and no verdicts yet. Of what waits nothing is stored.</p></div></div><div class="scroll" tabindex="0" role="region" aria-label="Evaluations at work"><table class="runs"><thead><tr><th scope="col">Evaluation</th><th scope="col">Of</th><th scope="col">Shards</th><th class="n" scope="col">Done</th><th class="n" scope="col">Begun</th><th class="n" scope="col">Waiting</th><th class="n" scope="col">Age</th><th scope="col">Over time</th></tr></thead><tbody>${open.map(openRow)}</tbody></table></div>${left > 0 ? html`<p class="note">${counted(left, 'evaluation')} more.</p>` : ''}</section>`;
}

function openRow({ evaluation, round, source, shards, ageMinutes, cancelled }: OpenRow): Html {
  const cell = (label: string, value: number | undefined) =>
    html`<td class="n" data-l="${label}">${value === undefined ? NONE : number(value)}</td>`;
  const notes = [round > 0 ? `retry ${round}` : '', cancelled ? 'cancelled' : ''].filter(Boolean).join(', ');
  return html`<tr id="o-${evaluation}" data-row><th scope="row"><a href="${pages.evaluation(evaluation)}">${shortId(evaluation)}</a>${notes === '' ? '' : html` <small>${notes}</small>`}</th><td>${sourceLink(source)}</td><td>${shards ? shareBar(shards) : 'not planned yet'}</td>${cell('done', shards?.done)}${cell('begun', shards?.begun)}${cell('waiting', shards?.waiting)}<td class="n" data-l="age">${ageMinutes === null ? NONE : ageText(ageMinutes)}</td><td><a href="${pages.operations({ evaluation })}#timeline">timeline</a></td></tr>`;
}

function shareBar({ total, done, begun, waiting }: NonNullable<OpenRow['shards']>): Html {
  const part = (kind: string, count: number) =>
    count === 0 ? '' : html`<i class="${kind}" style="flex:${count}"></i>`;
  return html`<span class="share" role="img" aria-label="${done} done, ${begun} begun, ${waiting} waiting, of ${total}">${part('d', done)}${part('b', begun)}${part('w', waiting)}</span>`;
}

function queueSection({ queues }: OperationsData): Html {
  if (queues === null)
    return html`<section id="queues"><h2>Queues</h2><p class="note">They cannot be asked from here.</p></section>`;
  return html`<section id="queues"><div class="sh"><div><h2>Queues</h2><p class="note">A message is a shard, or an evaluation to be planned. Taken ones are worked on, or come again after a pause. A queue may count a few seconds late.</p></div></div><div class="scroll" tabindex="0" role="region" aria-label="Queues"><table><thead><tr><th scope="col">Queue</th><th class="n" scope="col">Waiting</th><th class="n" scope="col">Taken</th><th class="n" scope="col">At a time, at most</th><th class="n" scope="col">Dead, to be recorded</th></tr></thead><tbody>${queues.map(queueRow)}</tbody></table></div></section>`;
}

function queueRow({ queue, waiting, taken, dead, limit, binds }: QueueState): Html {
  const most =
    limit === null ? NONE : html`${number(limit)}${binds ? html` <span class="may">▲ binds</span>` : ''}`;
  return html`<tr data-row><th scope="row">${queue}</th><td class="n">${number(waiting)}</td><td class="n">${number(taken)}</td><td class="n">${most}</td><td class="n">${dead === null ? NONE : number(dead)}</td></tr>`;
}
