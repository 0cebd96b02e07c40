import { html } from 'hono/html';
import { meanText, rangeText } from '../../results/format-score.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, dateText, NONE, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { statusWords } from '../status-words.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { EvaluationRow, EvaluationsData } from './evaluations-data.ts';
import type { EvaluationsQuery } from './evaluations-query.ts';

/** The page of all evaluations. */
export function evaluationsView(data: EvaluationsData, { query }: Looking<EvaluationsQuery>): View {
  const { evaluations } = data;
  const isFirst = query.cursor === undefined;
  return {
    title: 'Evaluations',
    tab: 'evaluations',
    crumbs:
      query.run === undefined
        ? [{ label: 'Evaluations' }]
        : [{ label: 'Evaluations', href: pages.evaluations() }, { label: `run ${shortId(query.run)}` }],
    live: isFirst,
    body:
      evaluations.length === 0 && isFirst
        ? empty(query)
        : html`${heading(data, query)}${filter(data, query)}${table(data, query)}`,
    command: 'oneshot evaluations',
  };
}

function empty({ run }: EvaluationsQuery): Html {
  if (run !== undefined)
    return html`<h1>No evaluation fits</h1><ul class="links"><li><a href="${pages.evaluations()}">without the run “${visibleLine(run)}”</a></li></ul>`;
  return html`<h1>No evaluation is stored here yet</h1>
<p class="lede">An evaluation scores a model, or a checkpoint of a run, on benchmarks.</p>
<pre class="cmd">oneshot eval RUN
oneshot eval --model FOLDER --benchmarks math500</pre>`;
}

function heading({ evaluations, next }: EvaluationsData, { run, cursor }: EvaluationsQuery): Html {
  const isAll = next === null && cursor === undefined;
  const open = evaluations.filter(({ over }) => !over).length;
  const what = isAll
    ? counted(evaluations.length, 'evaluation')
    : `${evaluations.length} ${cursor === undefined ? 'newest' : 'older'} evaluations`;
  return html`<h1>${what}${run === undefined ? '' : ` of run ${shortId(run)}`}${open > 0 ? `, ${open} at work` : ''}</h1>`;
}

/** The runs of this page, each to narrow to. */
function filter({ evaluations }: EvaluationsData, query: EvaluationsQuery): Html {
  const runs = new Map(
    evaluations.flatMap(({ checkpoint, recipe }) => (checkpoint ? [[checkpoint.run, recipe] as const] : [])),
  );
  const choice = (label: string, run: string | undefined) =>
    html`<a href="${pages.evaluations({ run })}"${run === query.run ? html` aria-current="true"` : ''}>${visibleLine(label)}</a>`;
  return html`<nav class="seg" aria-label="Run" style="margin-bottom:1.2rem"><span>Run</span>${choice('all', undefined)}${[...runs].map(([run, recipe]) => choice(recipe === null ? shortId(run) : `${recipe} ${shortId(run)}`, run))}</nav>`;
}

function table({ evaluations, next }: EvaluationsData, { run }: EvaluationsQuery): Html {
  const older =
    next === null
      ? ''
      : html`<nav class="pager" aria-label="More evaluations"><a href="${pages.evaluations({ run, cursor: next })}" rel="next">Older evaluations ›</a></nav>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Evaluations"><table class="runs"><thead><tr><th scope="col">Evaluation</th><th scope="col">Of</th><th scope="col">State</th><th class="n" scope="col">Score (95 %)</th><th scope="col">Benchmarks</th><th scope="col">Asked</th></tr></thead><tbody>${evaluations.map(row)}</tbody></table></div>${older}`;
}

function row(item: EvaluationRow): Html {
  const { evaluation, createdAt, status, over, coverage, benchmarks, score } = item;
  const { glyph, word, bad } = statusWords[status];
  const progress =
    !over && coverage ? html` <small>${coverage.done} of ${counted(coverage.shards, 'shard')}</small>` : '';
  const shown = score ? html`<b>${meanText(score)}</b> <small>${rangeText(score)}</small>` : NONE;
  return html`<tr id="e-${evaluation}" data-row><th scope="row"><a href="${pages.evaluation(evaluation)}">${shortId(evaluation)}</a></th><td>${sourceOf(item)}</td><td${bad ? html` class="bad"` : ''}>${glyph} ${word}${progress}</td><td class="n">${shown}</td><td>${benchmarks.map(visibleLine).join(', ')}</td><td><time datetime="${createdAt}">${dateText(Date.parse(createdAt))}</time></td></tr>`;
}

function sourceOf({ checkpoint, recipe, model }: EvaluationRow): Html {
  if (!checkpoint) return html`model <code>${shortId(model)}</code>`;
  const { run, step } = checkpoint;
  return html`<a href="${pages.run(run)}">${visibleLine(recipe ?? run)}</a> <small>${shortId(run)}</small>, step ${step}`;
}
