import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { SAMPLES_PER_PAGE } from '../sample/sample-data.ts';
import { filterQuery } from '../sample/sample-filters.ts';
import { completionPart, problemPart, verdictPart, warningPart } from '../sample/sample-parts.ts';
import { pages } from '../shell/address.ts';
import { counted, number, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { statusWords } from '../status-words.ts';
import { visibleLine } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import { sampleRow } from './sample-row.ts';
import type { FilterName, SamplesData } from './samples-data.ts';
import { filterWords, samplesFilter } from './samples-filter.ts';
import { type SamplesQuery, samplesQuery } from './samples-query.ts';

/** The page of an evaluation's samples: filters, the list, and beside it the sample that is open. */
export function samplesView(data: SamplesData, { query }: Looking<SamplesQuery>): View {
  const { evaluation, over, page } = data;
  const list =
    page.items.length === 0 ? nothing(data, query) : html`${rows(data, query)}${pager(data, query)}`;
  return {
    title: `Samples of evaluation ${shortId(evaluation)}`,
    tab: 'evaluations',
    crumbs: [
      { label: 'Evaluations', href: pages.evaluations() },
      { label: `evaluation ${shortId(evaluation)}`, href: pages.evaluation(evaluation) },
      { label: 'samples' },
    ],
    live: !over,
    body: html`<h1>${heading(data)}</h1>${state(data)}${audit(data)}${samplesFilter(data, query)}<div class="${query.open === undefined ? 'both' : 'both split'}"><div class="list" id="list">${list}</div>${query.open === undefined ? '' : opened(data, query, query.open)}</div>`,
    command: `oneshot samples ${evaluation}${query.benchmark === undefined ? '' : ` --benchmark ${query.benchmark}`}${query.verdict === undefined ? '' : ` --verdict ${query.verdict}`}`,
  };
}

function heading({ page, grader }: SamplesData): Html {
  const { total } = page;
  if (total === null) return html`Samples, too many to be counted`;
  return html`${counted(total, 'sample')}${total > 0 ? html` <small>judged by ${grader}</small>` : ''}`;
}

function audit({ evaluation, graders }: SamplesData): Html | string {
  if (graders.length < 2) return '';
  return html`<p class="note"><a href="${pages.audit({ evaluation })}">How often its graders disagree</a></p>`;
}

/** Why samples may be missing. */
function state({ status, over, coverage, refused, failedShards, evaluation }: SamplesData): Html | string {
  const { glyph, word, bad } = statusWords[status];
  const link = html`<a href="${pages.evaluation(evaluation)}">The evaluation</a>`;
  if (refused)
    return html`<div class="alert"><p><b class="bad">✕ Refused</b>: ${visibleLine(refused.detail)} There are no samples. ${link} says more.</p></div>`;
  if (failedShards > 0)
    return html`<div class="alert"><p><b class="bad">✕ ${counted(failedShards, 'shard')} without scores</b>: their samples are not in this list. ${link} has a button that retries them.</p></div>`;
  if (over) return '';
  const done = coverage
    ? `${coverage.done} of ${counted(coverage.shards, 'shard')} scored`
    : 'nothing is planned';
  return html`<p class="state"><b${bad ? html` class="bad"` : ''}>${glyph} ${word}</b>: ${done}; samples come as they are scored.</p>`;
}

function rows({ evaluation, page, noted }: SamplesData, query: SamplesQuery): Html {
  const { show: _, open, cursor, ...filters } = query;
  const kept = filterQuery(filters);
  return html`<ol class="hits">${page.items.map((item) => {
    const { problem, sample } = item;
    const name = `${problem}/${sample}`;
    return sampleRow(item, query.q, {
      beside: `${pages.samples(evaluation, samplesQuery(query, { cursor, open: name }))}#list`,
      page: pages.sample(evaluation, problem, sample, kept),
      isOpen: open === name,
      isNoted: noted.includes(name),
    });
  })}</ol>`;
}

/** Names what removed the last sample, and takes it off. */
function nothing(data: SamplesData, query: SamplesQuery): Html {
  const { evaluation, page, over, blocked } = data;
  const { next } = page;
  const at = (changed: Partial<SamplesQuery>) => pages.samples(evaluation, samplesQuery(query, changed));
  if (next !== null)
    return html`<p class="lede">None in this stretch of the evaluation.</p><p class="pager"><a href="${at({ cursor: next })}" rel="next">Look further ›</a></p>`;
  if (page.total !== null && page.total > 0)
    return html`<p class="lede">The list ends before this page.</p><p class="pager"><a href="${at({})}">To its beginning</a></p>`;
  const used = Object.keys(filterQuery({ ...query, grader: undefined })).filter(
    (name) => query[name as FilterName] !== undefined,
  ) as FilterName[]; // the names of filters that are given
  if (used.length === 0)
    return html`<p class="lede">${over ? 'The evaluation has no samples.' : 'No sample is scored yet.'}</p>`;
  const words = (filters: readonly FilterName[]) =>
    filters.map((name) => filterWords(name, query)).join(', ');
  const off = blocked?.without.map(
    ({ filters, samples }) =>
      html`<li><a href="${at(cleared(filters))}">without ${words(filters)}: ${counted(samples, 'sample')}</a></li>`,
  );
  const alone = blocked?.alone ?? [];
  const why =
    alone.length === 0 || used.length === 1
      ? ''
      : html` Whatever else is chosen, there is none for ${words(alone)}.`;
  return html`<p class="lede">No sample fits ${words(used)}.${why}</p><ul class="links">${off}<li><a href="${at(cleared(used))}">without any filter</a></li></ul>`;
}

function cleared(filters: readonly FilterName[]): Partial<SamplesQuery> {
  return Object.fromEntries(filters.map((name) => [name, undefined]));
}

function pager({ evaluation, page }: SamplesData, query: SamplesQuery): Html {
  const { previous, next, before, total, items } = page;
  const at = (cursor: string | undefined) => pages.samples(evaluation, samplesQuery(query, { cursor }));
  const shown =
    before === null || total === null
      ? html`<span>${counted(items.length, 'sample')}</span>`
      : html`<span>${number(before + 1)}–${number(before + items.length)} of ${number(total)}</span>`;
  const isSecond = before !== null && before <= SAMPLES_PER_PAGE;
  const back =
    previous === null ? '' : html`<a href="${at(isSecond ? undefined : previous)}" rel="prev">‹ Previous</a>`;
  const on = next === null ? '' : html`<a href="${at(next)}" rel="next">Next ›</a>`;
  return html`<nav class="pager" aria-label="Pages">${shown}${back}${on}</nav>`;
}

/** The open sample: beside the list where there is room, a link to its page where there is not. */
function opened(data: SamplesData, query: SamplesQuery, open: string): Html {
  const { evaluation } = data;
  const { cursor, open: _, show, ...filters } = query;
  if (!data.open)
    return html`<div class="beside" id="open" role="region" aria-label="Open sample"><p class="lede">There is no scored sample ${visibleLine(open)}.</p></div>`;
  const { problem, sample, verdicts, grader } = data.open;
  const { glyph, words, right } =
    verdictWords[verdicts.find((each) => each.grader === grader)?.verdict ?? 'no-answer'];
  const page = pages.sample(evaluation, problem, sample, {
    ...filterQuery(filters),
    show: show === 'source' ? undefined : show,
  });
  const at = (other: SamplesQuery['show']) =>
    `${pages.samples(evaluation, samplesQuery(query, { cursor, open, show: other }))}#list`;
  const close = pages.samples(evaluation, samplesQuery(query, { cursor }));
  return html`<div class="beside" id="open" tabindex="0" role="region" aria-label="Open sample"><p class="rh"><a href="${page}"><b>${problem} · ${sample}</b> ›</a><span class="v ${right ? 'r' : 'w'}">${glyph} ${words}</span><a href="${close}">Close</a></p><div class="wide">${warningPart(data.open)}${problemPart(data.open)}${completionPart(data.open, { show, at })}${verdictPart(data.open)}</div></div>`;
}
