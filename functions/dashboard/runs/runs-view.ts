import { html } from 'hono/html';
import { sum } from '#shared/metrics/sum.ts';
import type { EvaluationListItem } from '../../results/evaluations/list-evaluations.ts';
import { percent, rangeText } from '../../results/format-score.ts';
import { warningText } from '../../results/runs/run-alerts.ts';
import type { RunState } from '../../results/runs/run-progress.ts';
import type { RunListItem } from '../../results/runs/run-view.ts';
import { spark } from '../charts/chart.ts';
import type { Html } from '../html.ts';
import { runStateWords } from '../run-state-words.ts';
import { pages } from '../shell/address.ts';
import { counted, dateText, NONE, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { RunsData } from './runs-data.ts';
import { type RunSort, type RunsQuery, runsQuery } from './runs-query.ts';

/** The page of all runs. */
export function runsView(data: RunsData, { query }: Looking<RunsQuery>): View {
  return {
    title: 'Runs',
    tab: 'runs',
    crumbs: [{ label: 'Runs' }],
    live: true,
    body:
      data.total === 0 && query.cursor === undefined
        ? html`${empty}${evaluations(data)}`
        : html`${heading(data)}${filters(data, query)}${table(data, query)}${evaluations(data)}`,
    command: 'oneshot runs',
  };
}

const empty = html`<h1>No run is stored here yet</h1>
<p class="lede">A run trains a model on one example and scores every checkpoint. The demo takes about half a minute and writes a report.</p>
<pre class="cmd">oneshot demo --quick
oneshot train micro-pi1 --wait</pre>
<p class="note"><code>oneshot recipes</code> lists what else can be trained; <code>--home</code> says where runs are stored.</p>`;

function heading({ runs, total }: RunsData): Html {
  const of = (...states: RunState[]) => runs.filter(({ state }) => states.includes(state)).length;
  const [working, failed] = [of('training', 'scoring'), of('failed', 'damaged')];
  const unscored = sum(runs.map((run) => run.unscored));
  const shown = runs.length === total ? counted(total, 'run') : `${runs.length} of ${counted(total, 'run')}`;
  const notes = [
    working > 0 ? `${working} at work` : '',
    failed > 0 ? `${failed} failed` : '',
    unscored > 0 ? `${counted(unscored, 'checkpoint')} without all scores` : '',
  ].filter(Boolean);
  return html`<h1>${[shown, ...notes].join(', ')}</h1>`;
}

function filters({ counts }: RunsData, query: RunsQuery): Html {
  const choice = (label: string, changed: Partial<RunsQuery>, current: boolean, count?: number) =>
    html`<a href="${pages.runs(runsQuery(query, { ...changed, cursor: undefined }))}"${current ? html` aria-current="true"` : ''}>${visibleLine(label)}${count === undefined ? '' : html`<i>${count}</i>`}</a>`;
  const row = (name: 'recipe' | 'state', label: string) =>
    html`<nav class="seg" aria-label="${label}"><span>${label}</span>${choice('all', { [name]: undefined }, query[name] === undefined)}${Object.entries(counts[name]).map(([value, count]) => choice(value, { [name]: value }, query[name] === value, count))}</nav>`;
  const hidden = Object.entries(runsQuery(query, { q: undefined, cursor: undefined })).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="find" method="get" action="/" role="search"><label for="q">Name</label><input id="q" type="search" name="q" value="${query.q ?? ''}" maxlength="100">${hidden}<button>Search</button></form>
<div class="filters" style="margin-bottom:1.2rem">${row('recipe', 'Recipe')}${row('state', 'State')}</div>`;
}

function table({ runs, next }: RunsData, query: RunsQuery): Html {
  if (runs.length === 0) return nothingFits(query);
  const head = (label: string, sort: RunSort, numeric = false) => {
    const descending = query.sort === `-${sort}`;
    const current = descending || query.sort === sort;
    const order = current ? (descending ? 'descending' : 'ascending') : 'none';
    const href = pages.runs(runsQuery(query, { sort: descending ? sort : `-${sort}`, cursor: undefined }));
    return html`<th scope="col"${numeric ? html` class="n"` : ''} aria-sort="${order}"><a href="${href}">${label}${current ? (descending ? ' ↓' : ' ↑') : ''}</a></th>`;
  };
  // One height for all rows, or a fall by a point would look like a rise by fifty.
  const highest = Math.max(...runs.flatMap(({ curve }) => curve.map(({ mean }) => mean ?? 0)));
  const older =
    next === null
      ? ''
      : html`<nav class="pager" aria-label="More runs"><a href="${pages.runs(runsQuery(query, { cursor: next }))}" rel="next">Older runs ›</a></nav>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="runs"><thead><tr>${head('Run', 'recipe')}${head('State', 'state')}${head('Step', 'step', true)}${head('Score (95 %)', 'score', true)}<th scope="col">Over training</th>${head('Begun', 'created')}</tr></thead><tbody>${runs.map((run) => row(run, highest))}</tbody></table></div>${older}`;
}

function row(item: RunListItem, highest: number): Html {
  const { run, recipe, createdAt, state, step, steps, score, curve, unscored } = item;
  const { glyph, bad } = runStateWords[state];
  const lost = unscored > 0 ? html` <span class="bad">✕ ${unscored} unscored</span>` : '';
  const warning = warningText(item);
  const warned = warning ? html` <a class="may" href="${pages.run(run)}#alerts">${warning}</a>` : '';
  const newest = score
    ? html`<a href="${pages.evaluation(score.evaluation)}"><b>${score.mean === null ? NONE : percent(score.mean)}</b></a> <small>${rangeText(score)}, step ${score.step}</small>`
    : NONE;
  return html`<tr id="r-${run}" data-row><th scope="row"><a href="${pages.run(run)}"><b>${visibleLine(recipe)}</b></a> <small>${shortId(run)}</small></th><td${bad ? html` class="bad"` : ''}>${glyph} ${state}${lost}${warned}</td><td class="n">${step ?? NONE} <small>of ${steps ?? '?'}</small></td><td class="n">${newest}</td><td>${wayOf(curve, highest)}</td><td><time datetime="${createdAt}">${dateText(Date.parse(createdAt))}</time></td></tr>`;
}

function wayOf(curve: RunListItem['curve'], highest: number): Html | string {
  const points = curve.map(({ step: x, mean }) => ({ x, y: mean }));
  const known = points.flatMap(({ y }) => (y === null ? [] : [y]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return '';
  return spark(`Mean of the sets, from ${percent(first)} to ${percent(last)}`, points, {
    range: [0, highest],
  });
}

/** Names the filter that removed the last row, and takes it off. */
function nothingFits(query: RunsQuery): Html {
  const given = (['q', 'state', 'recipe'] as const).filter((name) => query[name] !== undefined);
  const links = given.map(
    (name) =>
      html`<li><a href="${pages.runs(runsQuery(query, { [name]: undefined, cursor: undefined }))}">without ${name === 'q' ? 'the name' : `the ${name}`} “${visibleLine(query[name] ?? '')}”</a></li>`,
  );
  return html`<p class="lede">No run fits.</p><ul class="links">${links}<li><a href="/">all runs</a></li></ul>`;
}

function evaluations({ evaluations: found }: RunsData): Html | string {
  if (found.length === 0) return '';
  return html`<section id="loose"><h2>Evaluations without a run</h2><p class="note">Of models that were given by hand, the newest.</p><div class="scroll" tabindex="0" role="region" aria-label="Evaluations without a run"><table class="runs"><thead><tr><th scope="col">Evaluation</th><th scope="col">State</th><th scope="col">Model</th><th class="n" scope="col">Score (95 %)</th><th scope="col">Sets</th><th scope="col">Asked</th></tr></thead><tbody>${found.map(evaluationRow)}</tbody></table></div></section>`;
}

function evaluationRow({
  evaluation,
  createdAt,
  model,
  status,
  benchmarks,
  score,
}: EvaluationListItem): Html {
  const shown =
    score?.mean == null ? NONE : html`<b>${percent(score.mean)}</b> <small>${rangeText(score)}</small>`;
  return html`<tr id="e-${evaluation}" data-row><th scope="row"><a href="${pages.evaluation(evaluation)}">${shortId(evaluation)}</a></th><td>${status}</td><td><code>${shortId(model)}</code></td><td class="n">${shown}</td><td>${benchmarks.join(', ')}</td><td><time datetime="${createdAt}">${dateText(Date.parse(createdAt))}</time></td></tr>`;
}
