import { html } from 'hono/html';
import type { Sides } from '#shared/comparison/verdict.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted } from '../shell/format.ts';
import { completionText } from '../text/completion-text.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { CompareData } from './compare-data.ts';
import { type CompareQuery, compareQuery } from './compare-query.ts';
import type { Flip, FlipAnswer } from './read-flips.ts';
import { letterOf } from './side-letter.ts';

/** Of each answer; longer ones are shortened in the middle. */
const MOST_CHARACTERS = 1200;

/** Problems that one of the two solves alone, with an answer of each side by side. */
export function flipSection({ flips, a, others }: CompareData, query: CompareQuery): Html | string {
  const index = query.of === 'c' && others.length > 1 ? 1 : 0;
  const [{ side: b }] = others;
  if (others.every(({ comparison }) => comparison.benchmarks.length === 0)) return '';
  const { counts, total, items } = flips;
  const evaluations = { first: a.evaluation, second: (others[index] ?? others[0]).side.evaluation };
  const at = (changed: Partial<CompareQuery>) =>
    `${pages.compare(a.evaluation, b.evaluation, compareQuery(query, changed))}#flips`;
  const choice = (label: string, count: number, kind: CompareQuery['flips']) =>
    html`<a href="${at({ flips: kind })}"${query.flips === kind ? html` aria-current="true"` : ''}>${label}<i>${count}</i></a>`;
  const kinds = html`<nav class="seg" aria-label="Flips">${choice('all', counts.won + counts.lost, 'all')}${choice('▲ gained', counts.won, 'won')}${choice('▼ lost', counts.lost, 'lost')}</nav>`;
  const sides =
    others.length < 2
      ? ''
      : html`<nav class="seg" aria-label="Side"><span>Of</span>${(['b', 'c'] as const).map((of) => html`<a href="${at({ of })}"${(index === 1) === (of === 'c') ? html` aria-current="true"` : ''}>${of.toUpperCase()}</a>`)}</nav>`;
  const narrowed =
    query.set === undefined
      ? ''
      : html` Of <b>${query.set}</b> alone: <a href="${at({ set: undefined })}">all sets</a>.`;
  const none =
    total === 0
      ? html`<p class="note">No problem turned${query.flips === 'all' ? '' : ' that way'}.</p>`
      : '';
  return html`<section id="flips"><div class="sh"><div><h2>What turned</h2><p class="note">Solved by one of the two alone: at least half of its samples are right.${narrowed}</p></div><div class="ctl">${sides}${kinds}</div></div>${none}${items.map((flip) => flipArticle(flip, { first: 'A', second: letterOf(index) }, evaluations))}${pager(flips, query, at)}</section>`;
}

const TAGS: Readonly<Record<Flip['kind'], Html>> = {
  won: html`<span class="tag v r">▲ gained</span>`,
  lost: html`<span class="tag v w">▼ lost</span>`,
  neither: html`<span class="tag v w">✗ solved by neither</span>`,
};

/**
 * A problem with an answer of each side.
 *
 * @param sides - what the two are called
 * @param evaluations - whose pages of samples the answers lead to, where there are pages
 */
export function flipArticle(
  { problem, kind, question, gold, first, second }: Flip,
  sides: Sides,
  evaluations?: Readonly<Record<keyof Sides, string>>,
): Html {
  const card = (side: keyof Sides, answer: FlipAnswer | null) =>
    answerCard(
      sides[side],
      answer,
      answer && evaluations && pages.sample(evaluations[side], problem, answer.sample),
    );
  const answers = typeof gold === 'string' ? [gold] : gold;
  const wanted = answers.filter((each) => each !== '').map((each) => html`<mark>${mathText(each)}</mark> `);
  return html`<article class="flip" data-row data-flip><div class="fh">${TAGS[kind]}<h3>${mathText(question)}</h3>${wanted.length === 0 ? '' : html`<span class="gold">answer ${wanted}</span>`}<span class="id">${problem}</span></div><div class="pair">${card('first', first)}${card('second', second)}</div></article>`;
}

/** An answer with its verdict. @param page - of the sample that is shown */
export function answerCard(side: string, answer: FlipAnswer | null, page?: string | null): Html {
  if (answer === null)
    return html`<div class="c"><p class="ch"><span>${side}</span></p><p class="why">not there any more</p></div>`;
  const { sample, completion, extracted, verdict, reason, tokens, truncated, correct, samples } = answer;
  const name = page ? html`<a href="${page}" aria-label="${side}: sample ${sample}">${side}</a>` : side;
  const right = verdict === 'correct';
  const share = samples === 1 ? '' : ` · ${correct} of ${samples} right`;
  const long = completion.length > 400 ? html` tabindex="0" role="group" aria-label="Answer of ${side}"` : '';
  return html`<div class="c ${right ? 'right' : 'wrong'}"><p class="ch"><span>${name} · ${counted(tokens, 'token')}${truncated ? ', cut at the limit' : ''}${share}</span><span class="v">${right ? '✓ right' : '✗ wrong'}</span></p><p class="t"${long}>${completionText(completion, { extracted, most: MOST_CHARACTERS })}</p><p class="why">${visibleLine(reason)}${extracted === null ? '' : html` · read: <code>${visibleLine(extracted)}</code>`}</p></div>`;
}

function pager(
  { total, from, pages: count, items }: CompareData['flips'],
  { page }: CompareQuery,
  at: (changed: Partial<CompareQuery>) => string,
): Html | string {
  if (count === 1 && page === 1) return '';
  const shown =
    items.length === 0 ? `none of ${total} here` : `${from + 1}–${from + items.length} of ${total}`;
  const previous =
    page > 1 ? html`<a href="${at({ page: Math.min(page - 1, count) })}" rel="prev">‹ Previous</a>` : '';
  const next = page < count ? html`<a href="${at({ page: page + 1 })}" rel="next">Next ›</a>` : '';
  return html`<nav class="pager" aria-label="Pages"><span>${shown}</span>${previous}${next}</nav>`;
}
