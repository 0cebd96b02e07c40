import { html } from 'hono/html';
import type { EvaluationTimeline, ShardTime } from '../../results/operations/evaluation-timeline.ts';
import { rounded, type Scale, scale } from '../charts/scale.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, dateText, durationText, NONE, number, shortId } from '../shell/format.ts';
import { costTables } from './cost-tables.ts';
import type { OperationsData } from './operations-data.ts';
import { sourceLink } from './source-link.ts';

/** More bars than that say no more: stragglers are all among them. */
const MOST_BARS = 100;

type Span = Pick<NonNullable<ShardTime['generate']>, 'from' | 'to'>;

/** One evaluation over time, a bar for each shard, and what it cost against what was predicted. */
export function timelineSection({ shown }: OperationsData): Html | string {
  if (!shown) return '';
  const { timeline, source } = shown;
  const { evaluation, round, shards } = timeline;
  const late = shards.filter(({ straggles }) => straggles).length;
  return html`<section id="timeline"><div class="sh"><div><h2>Over time</h2><p class="note"><a href="${pages.evaluation(evaluation)}">Evaluation ${shortId(evaluation)}</a> of ${sourceLink(source)}${round === 0 ? '' : `, retry ${round}`}. ${moments(timeline)} ${late === 0 ? '' : html`<span class="may">▲ ${counted(late, 'straggler')}</span>: more than 1.5 times the median of its shards.`}</p></div><p class="note nw"><span class="sw gen"></span>generate &emsp;<span class="sw ver"></span>verify</p></div>${bars(timeline)}${costTables(shown)}</section>`;
}

/** What happened when: the store's clock at the end of each stage. */
function moments({ askedAt, plannedAt, endedAt, shards, kept }: EvaluationTimeline): string {
  const since = (time: string, from: string) => durationText((Date.parse(time) - Date.parse(from)) / 1000);
  const begin = askedAt ?? plannedAt;
  const parts = [
    askedAt === null ? '' : `Asked for ${dateText(Date.parse(askedAt))}`,
    plannedAt === null || begin === null ? 'not planned yet' : `planned after ${since(plannedAt, begin)}`,
    endedAt !== null && begin !== null ? `over after ${since(endedAt, begin)}` : 'not over',
    kept > 0 ? `${counted(kept, 'shard')} kept from an earlier round` : '',
    shards.length > 0 ? counted(shards.length, 'shard') : '',
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}

function bars(timeline: EvaluationTimeline): Html | string {
  const axis = axisOf(timeline);
  if (!axis) return '';
  const { shards, endedAt, askedAt, plannedAt } = timeline;
  const shown = notable(shards);
  const left = shards.length - shown.length;
  const plan = askedAt !== null && plannedAt !== null ? { from: askedAt, to: plannedAt } : null;
  const seconds = (axis.high - axis.low) / 1000;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Shards over time"><table class="gantt"><thead><tr><th scope="col">Shard</th><th scope="col"><span class="gx"><span>0</span><span>${durationText(seconds)}</span></span></th><th class="n" scope="col">Generate</th><th class="n" scope="col">Verify</th><th class="n" scope="col">Deliveries</th></tr></thead><tbody>${plan ? html`<tr><th scope="row">plan</th><td>${track('plan', [['plan', plan]], axis)}</td><td class="n">${NONE}</td><td class="n">${NONE}</td><td class="n">${NONE}</td></tr>` : ''}${shown.map((shard) => row(shard, axis))}${endedAt === null ? '' : html`<tr><th scope="row">summary</th><td>${track('summary', [['end', { from: endedAt, to: endedAt }]], axis)}</td><td class="n">${NONE}</td><td class="n">${NONE}</td><td class="n">${NONE}</td></tr>`}</tbody></table></div>${left > 0 ? html`<p class="note">${counted(left, 'more shard')}: all are in the .csv.</p>` : ''}`;
}

/** From the request to the last thing that is stored; `undefined` where nothing is. */
function axisOf({ askedAt, plannedAt, endedAt, shards }: EvaluationTimeline): Scale | undefined {
  const spans = shards.flatMap(({ generate, verify }) => [generate, verify]);
  const times = [askedAt, plannedAt, endedAt, ...spans.flatMap((span) => [span?.from, span?.to])].flatMap(
    (time) => (time == null ? [] : [Date.parse(time)]),
  );
  if (times.length < 2) return undefined;
  const [low, high] = [Math.min(...times), Math.max(...times)];
  return scale(low, Math.max(high, low + 1));
}

function notable(shards: readonly ShardTime[]): readonly ShardTime[] {
  if (shards.length <= MOST_BARS) return shards;
  const late = shards.filter(({ straggles }) => straggles).slice(0, MOST_BARS);
  const others = shards.filter(({ straggles }) => !straggles).slice(0, MOST_BARS - late.length);
  return [...late, ...others].toSorted((a, b) => a.shard - b.shard);
}

function row({ shard, generate, verify, deliveries, straggles }: ShardTime, axis: Scale): Html {
  const spans: [string, Span][] = [
    ...(generate ? [['gen', generate] as [string, Span]] : []),
    ...(verify ? [['ver', verify] as [string, Span]] : []),
  ];
  const cell = (span: ShardTime['generate']) =>
    html`<td class="n">${span ? durationText(span.seconds) : NONE}</td>`;
  return html`<tr data-row><th scope="row">${shard}${straggles ? html` <span class="may">▲ straggler</span>` : ''}</th><td>${track(`shard ${shard}`, spans, axis)}</td>${cell(generate)}${cell(verify)}<td class="n">${number(deliveries)}</td></tr>`;
}

function track(name: string, spans: readonly (readonly [string, Span])[], axis: Scale): Html {
  const told = spans.map(
    ([, { from, to }]) =>
      `${durationText((Date.parse(from) - axis.low) / 1000)} to ${durationText((Date.parse(to) - axis.low) / 1000)}`,
  );
  return html`<span class="gt" role="img" aria-label="${name}: ${told.join(', then ') || 'nothing yet'}">${spans.map(([kind, span]) => bar(kind, span, axis))}</span>`;
}

function bar(kind: string, { from, to }: Span, axis: Scale): Html {
  const [start, end] = [axis.at(Math.max(axis.low, Date.parse(from))), axis.at(Date.parse(to))];
  return html`<i class="${kind}" style="--l:${rounded(start)};--w:${rounded(end - start)}"></i>`;
}
