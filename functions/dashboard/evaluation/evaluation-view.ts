import { html } from 'hono/html';
import { sum } from '#shared/metrics/sum.ts';
import { meanText, percent, rangeText } from '../../results/format-score.ts';
import { actionForm, retryForm } from '../action-form.ts';
import type { Html } from '../html.ts';
import { pages, type Query } from '../shell/address.ts';
import { counted, NONE, number, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { statusWords } from '../status-words.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { BenchmarkScores, EvaluationData, GraderScores, Origin } from './evaluation-data.ts';
import { repeatedSection } from './repeated-section.ts';

/** The page of an evaluation: the score as a sentence, what became of its shards, each benchmark, the protocol. */
export function evaluationView(data: EvaluationData, { csrf }: Looking<unknown>): View {
  const { evaluation, origin, over } = data;
  const of = origin && { label: nameOf(origin), href: pages.run(origin.run) };
  return {
    title: `${of ? `${of.label}, step ${origin.step}, ` : ''}evaluation ${shortId(evaluation)}`,
    tab: 'evaluations',
    crumbs: [
      { label: 'Evaluations', href: pages.evaluations() },
      ...(of ? [{ label: of.label, href: pages.evaluations({ run: origin.run }) }] : []),
      { label: `evaluation ${shortId(evaluation)}` },
    ],
    live: !over,
    body: html`${evaluationState(data)}<h1>${evaluationSentence(data)}</h1>${links(data)}${takenOverNote(data)}${trouble(data, csrf)}${data.graders.map((scores) => graderTable(scores, evaluation))}${data.score === null ? '' : repeatedSection(data.repeated, evaluation, data.score.grader)}${protocolSection(data)}`,
    command: origin ? `oneshot eval ${origin.run} --checkpoints ${origin.step}` : 'oneshot evaluations',
  };
}

function nameOf({ recipe, run }: Origin): string {
  return recipe ?? run;
}

/** That completions were not made for this evaluation, where some were not. */
function takenOverNote({ takenOver }: EvaluationData): Html | string {
  if (takenOver.length === 0) return '';
  const sources = takenOver.map(
    ({ evaluation, completions }, index) =>
      html`${index > 0 ? ', ' : ''}<a href="${pages.evaluation(evaluation)}">${shortId(evaluation)}</a> (${number(completions)})`,
  );
  return html`<p class="note">${counted(sum(takenOver.map((each) => each.completions)), 'completion')} of this round were not made for it but copied from ${takenOver.length === 1 ? 'another evaluation' : 'other evaluations'} with the same weights, prompts and sampling: ${sources}. They were judged here.</p>`;
}

/** Failed shards, left-out ones included. */
function lostOf({ failed }: EvaluationData): number {
  return sum(Object.values(failed));
}

/** How the evaluation stands, and what it is of. */
export function evaluationState(data: EvaluationData): Html {
  const { status, coverage, policy, origin, model, round } = data;
  const { glyph, word, bad } = statusWords[status];
  const lost = lostOf(data);
  const shards = coverage
    ? html`, ${coverage.done - lost} of ${counted(coverage.shards, 'shard')} scored`
    : '';
  const failed = lost > 0 ? html` · <span class="bad">✕ ${lost} without scores</span>` : '';
  const source = origin
    ? html`<a href="${pages.run(origin.run)}">${visibleLine(nameOf(origin))}</a>, step ${origin.step}`
    : html`model <code>${shortId(model)}</code>`;
  const trust = policy === null ? '' : html` · <span title="${POLICY[policy]}">weights ${policy}</span>`;
  return html`<p class="state"><b${bad ? html` class="bad"` : ''}>${glyph} ${word}</b>${shards}${failed}${round > 0 ? html` · retry ${round}` : ''} · ${source}${trust}</p>`;
}

const POLICY = {
  verified: 'The workers checked the digest of the weights and loaded them themselves.',
  claimed: 'Completions came from elsewhere: that these weights made them is what their source says.',
} as const;

/** The result in one sentence, without its full stop. */
export function evaluationSentence({ status, score, coverage, origin }: EvaluationData): Html {
  const subject = origin ? `Step ${origin.step}` : 'The model';
  if (score?.mean != null)
    return html`${subject} scores ${percent(score.mean)} <small>(${rangeText(score)})</small>`;
  if (score)
    return html`${subject} scores between ${percent(score.bounds[0])} and ${percent(score.bounds[1])}: completions are missing`;
  if (status === 'refused') return html`The evaluation was refused`;
  if (status === 'cancelled') return html`The evaluation was cancelled`;
  return coverage
    ? html`No score yet: ${coverage.done} of ${counted(coverage.shards, 'shard')} done`
    : html`No score yet: nothing is planned`;
}

function links({ evaluation, origin, score, graders }: EvaluationData): Html {
  const samples = html`<li><a href="${pages.samples(evaluation)}">Samples</a></li>`;
  const disputed =
    graders.length < 2
      ? ''
      : html`<li><a href="${pages.samples(evaluation, { disagree: 'true' })}">Where graders disagree</a></li>`;
  if (!origin) return html`<ul class="links">${samples}${disputed}</ul>`;
  const { run, base } = origin;
  const compare =
    base && score
      ? html`<li><a href="${pages.compare(base.evaluation, evaluation)}">Compare with ${base.step === 0 ? 'the base' : `step ${base.step}`}</a></li>`
      : '';
  return html`<ul class="links">${samples}${compare}${disputed}<li><a href="${pages.run(run)}">Its run</a></li><li><a href="${pages.evaluations({ run })}">Evaluations of this run</a></li></ul>`;
}

/** What went wrong with the one button that mends it; of what is at work, the button that ends it. */
function trouble(data: EvaluationData, csrf: string | undefined): Html | string {
  const { evaluation, status, over, refused, failed, unanswered } = data;
  const next = pages.evaluation(evaluation);
  if (!over)
    return status === 'cancelled'
      ? html`<p class="note">It was cancelled. Shards that are at work still end.</p>`
      : (actionForm({ action: 'cancel', label: 'Cancel', evaluation, next }, csrf) ?? '');
  const missing = told(unanswered);
  const silent =
    missing === '' ? '' : html`<p class="note">Completions that could not be asked for: ${missing}.</p>`;
  if (!refused && lostOf(data) === 0) return silent;
  const what = refused
    ? html`${visibleLine(refused.detail)} <code>${visibleLine(refused.code)}</code>`
    : html`${counted(lostOf(data), 'shard')} without scores: ${told(failed)}. What the others found is kept; a retry asks for these alone.`;
  return html`<div class="alert"><p><b class="bad">✕ ${refused ? 'Refused' : 'Incomplete'}</b>: ${what}</p>${retryForm({ label: 'Retry', evaluation, next }, csrf)}</div>${silent}`;
}

function told(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${visibleLine(reason)} (${count})`)
    .join(', ');
}

/** What one grader found in each benchmark, and their mean. */
export function graderTable({ grader, average, benchmarks }: GraderScores, evaluation: string): Html {
  const total =
    benchmarks.length < 2
      ? ''
      : html`<tfoot><tr><th scope="row">Mean of the sets</th><td></td>${scoreCell(average)}<td></td><td></td><td></td></tr></tfoot>`;
  return html`<section style="margin-top:2rem"><h2>Scores by grader ${visibleLine(grader)}</h2><p class="note">Per cent right, with 95 % intervals.</p><div class="scroll" tabindex="0" role="region" aria-label="Scores by grader ${visibleLine(grader)}"><table><thead><tr><th scope="col">Benchmark</th><th class="n" scope="col">Problems × samples</th><th class="n" scope="col">Score (95 %)</th><th class="n" scope="col">Truncated, %</th><th class="n" scope="col">No answer, %</th><th class="n" scope="col">Tokens, mean</th></tr></thead><tbody>${benchmarks.map((each) => row(each, (query) => pages.samples(evaluation, { benchmark: each.benchmark, ...query, grader })))}</tbody>${total}</table></div></section>`;
}

/** @param listed - the samples that a figure counts */
function row(scores: BenchmarkScores, listed: (query: Query) => string): Html {
  const { benchmark, problems, samplesPerProblem, completions, failed, score } = scores;
  const share = (value: number | null, query: Query) =>
    html`<td class="n">${value === null ? NONE : value === 0 ? percent(value) : html`<a href="${listed(query)}">${percent(value)}</a>`}</td>`;
  const lost = failed > 0 ? html` <span class="bad">✕ ${number(failed)} missing</span>` : '';
  return html`<tr data-row><th scope="row"><a href="${listed({})}">${visibleLine(benchmark)}</a>${lost}</th><td class="n" title="${counted(completions, 'completion')}">${number(problems)} × ${number(samplesPerProblem)}</td>${scoreCell(score)}${share(scores.truncatedShare, { truncated: 'true' })}${share(scores.noAnswerShare, { verdict: 'no-answer' })}<td class="n">${scores.meanTokens === null ? NONE : number(scores.meanTokens)}</td></tr>`;
}

function scoreCell(score: GraderScores['average']): Html {
  return html`<td class="n"><b>${meanText(score)}</b> <small>${rangeText(score)}</small></td>`;
}

/** How the scores are made, benchmark by benchmark. */
export function protocolSection({
  protocol: found,
  policy,
  model,
  evaluation,
}: Pick<EvaluationData, 'protocol' | 'policy' | 'model' | 'evaluation'>): Html {
  const settings = [
    ...found.sets.map(({ benchmark, samples, temperature, topP, maxTokens }) => [
      benchmark,
      `${temperature === 0 ? 'greedy' : `${counted(samples, 'sample')} at temperature ${temperature}, top-p ${topP}`}, at most ${counted(maxTokens, 'token')}`,
    ]),
    ['generator', found.generator],
    ['precision', found.precision],
    ['template', found.template],
    ['graders', found.graders.join(', ')],
    ...(policy === null ? [] : [['weights', policy]]),
    ['model', model],
    ['evaluation', evaluation],
  ] as const;
  return html`<section id="protocol"><h2>How scores are made</h2>${policy === null ? '' : html`<p class="note">${POLICY[policy]}</p>`}<dl class="set">${settings.map(([name = '', value = '']) => html`<div><dt>${visibleLine(name)}</dt><dd>${visibleLine(value)}</dd></div>`)}</dl></section>`;
}
