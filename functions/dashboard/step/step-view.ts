import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, number, shortId } from '../shell/format.ts';
import type { Link, Looking, View } from '../shell/page.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import { groupCards } from './group-cards.ts';
import type { StepData } from './step-data.ts';
import { stepFigures } from './step-figures.ts';
import { type StepQuery, stepQuery } from './step-query.ts';
import { stepSparks } from './step-sparks.ts';

/** The page of a training step. */
export function stepView(data: StepData, { query }: Looking<StepQuery>): View {
  const { run, recipe, step, previous, next } = data;
  const neighbour = (other: number | null): Link | undefined =>
    other === null
      ? undefined
      : { label: String(other), href: pages.step(run, other, stepQuery(query, { page: 1 })) };
  return {
    title: `Step ${step}, run ${shortId(run)}`,
    tab: 'runs',
    crumbs: [
      { label: 'Runs', href: pages.runs() },
      { label: recipe, href: pages.runs({ recipe }) },
      { label: `run ${shortId(run)}`, href: pages.run(run) },
      { label: `step ${step}` },
    ],
    previous: neighbour(previous),
    next: neighbour(next),
    live: false,
    body: html`${heading(data)}${stepSparks(data)}${stepFigures(data, query)}${groups(data, query)}`,
    command: `oneshot export ${run}`,
  };
}

function heading({ step, samples, correct, outline, texts, problem }: StepData): Html {
  const dead = outline.filter((group) => group.dead).length;
  const per = outline.length === 0 ? 0 : samples / outline.length;
  const signal =
    dead === 0
      ? 'every group carries a signal'
      : `${dead} of ${counted(outline.length, 'group')} ${dead === 1 ? 'carries' : 'carry'} no signal`;
  const what =
    problem === null
      ? html`${counted(outline.length, 'group')} of ${number(per)} samples`
      : html`All ${counted(outline.length, 'group')} answer <i>${mathText(problem)}</i>, ${number(per)} times each`;
  return html`<h1>Step ${step}: ${correct} of ${samples} samples ${correct === 1 ? 'is' : 'are'} right; ${signal}</h1>
<p class="lede">${what}. ${counted(texts.different, 'different text')}${texts.mostFrequent > 1 ? `; the most frequent stands ${texts.mostFrequent} times` : ''}.</p>`;
}

function groups(data: StepData, query: StepQuery): Html {
  const { run, step } = data;
  const at = (changed: Partial<StepQuery>) => pages.step(run, step, stepQuery(query, changed));
  const largest = Math.max(
    0,
    ...data.groups.flatMap(({ rollouts }) => rollouts.map(({ advantage }) => Math.abs(advantage ?? 0))),
  );
  const source = query.show === 'source';
  const found =
    data.groups.length === 0
      ? nothingFits(query, at)
      : html`${data.groups.map((group) => groupCards(group, data, query, largest))}`;
  return html`<section id="groups"><div class="sh" style="margin-bottom:.4rem"><div><h2>Groups</h2><p class="note">Samples with the same text share a card. Grey words stand in a card before it. <mark>Boxed</mark> is what the grader read. The bar is the advantage: right of the middle the text is made likelier, left of it rarer.</p></div><nav class="seg" aria-label="Text"><span>Text</span><a href="${at({ show: 'source', page: query.page })}"${source ? html` aria-current="true"` : html` data-key="f"`}>source</a><a href="${at({ show: 'rendered', page: query.page })}"${source ? html` data-key="f"` : html` aria-current="true"`}>rendered</a></nav></div>
${filters(data, query, at)}
${found}${pager(data, query, at)}</section>`;
}

type At = (changed: Partial<StepQuery>) => string;

function filters({ counts }: StepData, query: StepQuery, at: At): Html {
  const choice = (label: string, changed: Partial<StepQuery>, current: boolean, count?: number) =>
    html`<a href="${at(changed)}"${current ? html` aria-current="true"` : ''}>${label}${count === undefined ? '' : html`<i>${count}</i>`}</a>`;
  const { verdict } = counts;
  const anyVerdict = query.verdict === undefined && query.cut === undefined;
  const verdicts = (
    [
      ['right', 'correct'],
      ['wrong', 'incorrect'],
      ['no answer', 'no-answer'],
      ['too hard', 'too-hard'],
    ] as const
  ).flatMap(([label, value]) =>
    (verdict[value] ?? 0) > 0 || query.verdict === value
      ? [choice(label, { verdict: value, cut: undefined }, query.verdict === value, verdict[value] ?? 0)]
      : [],
  );
  const hidden = Object.entries(stepQuery(query, { q: undefined })).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${String(value)}">`,
  );
  const narrowed = (['group', 'right', 'reward'] as const).filter((name) => query[name] !== undefined);
  const only = narrowed.map(
    (name) =>
      html`<a href="${at({ [name]: undefined })}" aria-current="true">${name === 'group' ? `group ${query.group}` : name === 'right' ? `${query.right} right in a group` : `reward ${query.reward}`} ✕</a>`,
  );
  return html`<form class="find" method="get" role="search"><label for="q">Text holds</label><input id="q" type="search" name="q" value="${query.q ?? ''}" maxlength="200">${hidden}<button>Search</button></form><div class="filters" style="margin-bottom:1.2rem">${only.length > 0 ? html`<nav class="seg" aria-label="Only"><span>Only</span>${only}</nav>` : ''}<nav class="seg" aria-label="Groups"><span>Groups</span>${choice('all', { groups: 'all' }, query.groups === 'all', counts.groups.all)}${choice('mixed', { groups: 'mixed' }, query.groups === 'mixed', counts.groups.mixed)}${choice('dead', { groups: 'dead' }, query.groups === 'dead', counts.groups.dead)}</nav><nav class="seg" aria-label="Samples"><span>Samples</span>${choice('all', { verdict: undefined, cut: undefined }, anyVerdict, counts.all)}${verdicts}${choice('cut', { cut: '1', verdict: undefined }, query.cut !== undefined, counts.cut)}</nav><nav class="seg" aria-label="Sort"><span>Sort</span>${choice('fewest right first', { sort: 'right' }, query.sort === 'right')}${choice('group', { sort: 'group' }, query.sort === 'group')}${choice('length', { sort: 'length' }, query.sort === 'length')}</nav></div>`;
}

/** Names each filter, and takes it off. */
function nothingFits(query: StepQuery, at: At): Html {
  const given: readonly (readonly [string, Partial<StepQuery>, boolean])[] = [
    ['without the text', { q: undefined }, query.q !== undefined],
    [
      'of any verdict',
      { verdict: undefined, cut: undefined },
      query.verdict !== undefined || query.cut !== undefined,
    ],
    ['of any reward', { reward: undefined }, query.reward !== undefined],
    [
      'of all groups',
      { groups: 'all', right: undefined, group: undefined },
      query.groups !== 'all' || query.right !== undefined || query.group !== undefined,
    ],
  ];
  return html`<p class="lede">No sample fits${query.q ? html`: none holds “${visibleLine(query.q)}” with the other filters` : ''}.</p><ul class="links">${given.map(([label, changed, used]) => (used ? html`<li><a href="${at(changed)}">samples ${label}</a></li>` : ''))}</ul>`;
}

function pager({ run, previous, next, step, page, pages: all }: StepData, query: StepQuery, at: At): Html {
  const turn =
    all === 1
      ? ''
      : html`<span>Page ${page} of ${all}: ${page > 1 ? html`<a href="${at({ page: page - 1 })}">‹ previous groups</a> ` : ''}${page < all ? html`<a href="${at({ page: page + 1 })}">more groups ›</a>` : ''}</span>`;
  const link = (other: number | null, label: string) =>
    other === null
      ? html`<span></span>`
      : html`<a href="${pages.step(run, other, stepQuery(query, {}))}">${label}</a>`;
  return html`<nav class="pager" aria-label="End of page" style="margin-top:2rem">${link(previous, `‹ Step ${previous}`)}${turn}<a href="${pages.run(run)}#training" aria-label="All steps of the run, not only step ${step}">All steps of the run</a>${link(next, `Step ${next} ›`)}</nav>`;
}
