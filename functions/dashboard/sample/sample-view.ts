import { html } from 'hono/html';
import type { Item } from '#shared/records/evaluations.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, number, shortId } from '../shell/format.ts';
import type { Link, Looking, View } from '../shell/page.ts';
import { verdictWords } from '../verdict-words.ts';
import { notePart } from './note-part.ts';
import { SAMPLES_PER_PAGE, type SampleData } from './sample-data.ts';
import { filterQuery } from './sample-filters.ts';
import { clipped, completionPart, problemPart, verdictPart, warningPart } from './sample-parts.ts';
import type { SampleQuery } from './sample-query.ts';

/** The page of a sample: what was asked and answered, and why each grader decided so. */
export function sampleView(data: SampleData, { query, csrf }: Looking<SampleQuery>): View {
  const { evaluation, problem, sample, neighbours } = data;
  const { show, ...filters } = query;
  const filtered = filterQuery(filters);
  const kept = { ...filtered, show: show === 'source' ? undefined : show };
  const here = `${pages.sample(evaluation, problem, sample, kept)}#notes`;
  const list = pages.samples(evaluation, { ...filtered, cursor: listCursor(data) });
  const neighbour = (item: Item | null | undefined): Link | undefined =>
    item
      ? {
          label: `${item.problem} · ${item.sample}`,
          href: pages.sample(evaluation, item.problem, item.sample, kept),
        }
      : undefined;
  const at = (other: SampleQuery['show']) =>
    pages.sample(evaluation, problem, sample, {
      ...filtered,
      show: other === 'source' ? undefined : other,
    });
  return {
    title: `${problem}, sample ${sample}, evaluation ${shortId(evaluation)}`,
    tab: 'evaluations',
    crumbs: [
      { label: 'Evaluations', href: pages.evaluations() },
      { label: `evaluation ${shortId(evaluation)}`, href: pages.evaluation(evaluation) },
      { label: 'samples', href: list },
      { label: `${problem} · ${sample}` },
    ],
    previous: neighbour(neighbours?.previous),
    next: neighbour(neighbours?.next),
    live: false,
    body: html`${state(data, list)}<h1>${headline(data)}</h1>${history(data, kept)}${siblings(data, kept)}${warningPart(data)}<section class="near" id="problem"><h2>Problem</h2>${problemPart(data)}</section><section class="near" id="verdicts"><h2>Verdicts</h2>${verdictPart(data)}</section><section class="near" id="completion">${completionPart(data, { show, at })}</section>${notePart(data, { csrf, next: here })}${links(data, list)}`,
    command: `oneshot samples ${evaluation} --benchmark ${problem.slice(0, problem.indexOf('/'))}`,
  };
}

/** The first page of the list is its address without a cursor. */
function listCursor({ neighbours }: SampleData): string | undefined {
  return neighbours && neighbours.position > SAMPLES_PER_PAGE ? neighbours.cursor : undefined;
}

function headline({ verdicts, grader, gold }: SampleData): Html {
  const counting = verdicts.find((each) => each.grader === grader);
  const { glyph, words } = verdictWords[counting?.verdict ?? 'no-answer'];
  const wanted = clipped(typeof gold === 'string' ? gold : (gold[0] ?? ''));
  const read = counting?.extracted ?? null;
  if (read === null) return html`${glyph} ${words}; the reference is ${wanted}`;
  return counting?.verdict === 'correct'
    ? html`${glyph} ${words}: ${clipped(read)}`
    : html`${glyph} ${words}: ${clipped(read)} <small>instead of ${wanted}</small>`;
}

function state(
  { checkpoint, model, subject, level, neighbours, problem, sample }: SampleData,
  list: string,
): Html {
  const source = checkpoint
    ? html`<a href="${pages.run(checkpoint.run)}">run ${shortId(checkpoint.run)}</a>, step ${checkpoint.step}`
    : html`model <code>${shortId(model)}</code>`;
  const place = neighbours
    ? html` · <a href="${list}">${number(neighbours.position)} of ${number(neighbours.total)} in the list</a>`
    : '';
  const kind = [subject === null ? [] : [clipped(subject)], level === null ? [] : [`level ${level}`]].flat();
  return html`<p class="state"><b>${problem}</b>, sample ${sample}${kind.length > 0 ? ` · ${kind.join(', ')}` : ''} · ${source}${place}</p>`;
}

type Kept = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** The same sample through training: a tick for each checkpoint. */
function history({ history: found, evaluation, problem, sample }: SampleData, kept: Kept): Html | string {
  if (!found || found.checkpoints.length < 2) return '';
  const ticks = found.checkpoints.map(({ step, evaluation: other, verdict }) => {
    if (verdict === null) return html`<span title="not scored">${step} ○</span>`;
    const { glyph, words, right } = verdictWords[verdict];
    const current = other === evaluation ? html` aria-current="true"` : '';
    return html`<a href="${pages.sample(other, problem, sample, kept)}"${current} aria-label="step ${step}: ${words}">${step} <b class="v ${right ? 'r' : 'w'}">${glyph}</b></a>`;
  });
  const rest =
    found.leftOut === 0
      ? ''
      : html`<span>${counted(found.leftOut, 'checkpoint')} further off not shown</span>`;
  return html`<nav class="seg through" aria-label="The same sample at every checkpoint"><span>Through training</span>${ticks}${rest}</nav>`;
}

/** The other samples of the problem. */
function siblings(
  { siblings: all, evaluation, problem, sample, grader }: SampleData,
  kept: Kept,
): Html | string {
  if (all.length < 2) return '';
  const ticks = all.map((each) => {
    const verdict = each.verdicts.find((one) => one.grader === grader)?.verdict ?? 'no-answer';
    const { glyph, words, right } = verdictWords[verdict];
    const current = each.sample === sample ? html` aria-current="true"` : '';
    return html`<a href="${pages.sample(evaluation, problem, each.sample, kept)}"${current} aria-label="sample ${each.sample}: ${words}">${each.sample} <b class="v ${right ? 'r' : 'w'}">${glyph}</b></a>`;
  });
  return html`<nav class="seg through" aria-label="Samples of this problem"><span>Samples of the problem</span>${ticks}</nav>`;
}

function links({ evaluation, problem, sample, checkpoint }: SampleData, list: string): Html {
  const all = pages.samples(evaluation, { problem });
  const run = checkpoint ? html`<li><a href="${pages.run(checkpoint.run)}">Its run</a></li>` : '';
  return html`<ul class="links"><li><button type="button" data-copy hidden>Copy link</button></li><li><a href="${pages.sampleCase(evaluation, problem, sample)}">As a test case of the verifier</a></li><li><a href="${all}">All samples of the problem</a></li><li><a href="${list}">Back to the list</a></li>${run}</ul>`;
}
