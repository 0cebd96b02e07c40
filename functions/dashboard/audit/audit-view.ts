import { html } from 'hono/html';
import type { VerdictKind } from '#shared/records/evaluations.ts';
import { intervalText, percent, rangeText } from '../../results/format-score.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, number, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { completionText } from '../text/completion-text.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import type { AuditData, AuditedEvaluation } from './audit-data.ts';
import { type AuditQuery, auditQuery } from './audit-query.ts';
import type { Disagreement } from './disagreements.ts';
import { noteSection } from './note-section.ts';
import type { DrawnSample } from './read-drawn.ts';

/** Of a completion that was drawn; its page has the whole. */
const MOST_CHARACTERS = 800;

/** The page of the audit: how often graders disagree, on what, and a draw of disagreements to judge oneself. */
export function auditView(data: AuditData, { query }: Looking<AuditQuery>): View {
  const { evaluations, judged, disputed } = data;
  return {
    title: 'Verifier',
    tab: 'audit',
    crumbs:
      query.run === undefined
        ? [{ label: 'Verifier' }]
        : [{ label: 'Verifier', href: pages.audit() }, { label: `run ${shortId(query.run)}` }],
    live: false,
    body: html`<h1>${heading(data)}</h1><p class="lede">${lede(data)}</p>${judged === 0 ? nothing(data) : ''}${disputed === 0 ? '' : html`${classes(data, query)}${draw(data, query)}`}${evaluations.length === 0 ? '' : html`${noteSection(data.readers)}${readList(data, query)}`}`,
    command: 'oneshot eval RUN --graders reward,benchmark,paper-eval',
  };
}

function heading({ judged, disputed, share, interval }: AuditData): Html {
  if (share === null || interval === null) return html`No completion here was judged by two graders`;
  if (disputed === 0) return html`The graders agree on all ${counted(judged, 'completion')}`;
  return html`Graders disagree on ${percent(share)} % of completions <small>(${intervalText(interval)})</small>`;
}

function lede({ evaluations, leftOut, judged, disputed }: AuditData): string {
  const left =
    leftOut.length === 0
      ? ''
      : ` ${counted(leftOut.length, 'evaluation')} more ${leftOut.length === 1 ? 'was' : 'were'} not read: there are too many completions to look at them all.`;
  const what =
    judged === 0
      ? ''
      : `${number(disputed)} of ${counted(judged, 'completion')}: some graders call them right, others do not. `;
  return `${what}Read: ${counted(evaluations.length, 'evaluation')}.${left}`;
}

function nothing({ evaluations }: AuditData): Html {
  const advice =
    evaluations.length === 0
      ? 'There is no evaluation yet.'
      : 'Each of them was scored by one grader that judges answers. Others can be asked for; completions are not made again:';
  return html`<p class="note">${advice}</p><pre class="cmd wrapped">oneshot eval RUN --graders reward,benchmark,paper-eval</pre>`;
}

type At = (changed: Partial<AuditQuery>) => string;

/** Addresses with the evaluations that were read, so that a copied one shows the same tomorrow. */
function fixed({ evaluations, leftOut }: AuditData, query: AuditQuery): At {
  const evaluation = [...evaluations.map((each) => each.evaluation), ...leftOut].slice(0, 20);
  return (changed) => pages.audit(auditQuery({ ...query, run: undefined, evaluation }, changed));
}

function classes(data: AuditData, query: AuditQuery): Html {
  const at = fixed(data, query);
  return html`<section class="near" id="classes"><h2>What each said</h2><p class="note">Shares of the completions of a benchmark, with 95 % intervals that take completions for independent: several samples of one problem are alike, so the truth is less certain.</p><div class="scroll" tabindex="0" role="region" aria-label="Disagreements by what each grader said"><table><thead><tr><th scope="col">Benchmark</th><th scope="col">What each said</th><th class="n" scope="col">Completions</th><th class="n" scope="col">Share, % (95 %)</th></tr></thead><tbody>${data.disagreements.map((each) => classRow(each, at, query))}</tbody></table></div></section>`;
}

function classRow(
  { benchmark, said, verdicts, completions, of, share, interval }: Disagreement,
  at: At,
  query: AuditQuery,
): Html {
  const current = query.said === said && query.benchmark === benchmark;
  return html`<tr data-row><th scope="row"><a href="${at({ benchmark, said })}#draw"${current ? html` aria-current="true"` : ''}>${visibleLine(benchmark)}</a></th><td>${saidText(verdicts)}</td><td class="n">${number(completions)} <small>of ${number(of)}</small></td><td class="n"><b>${percent(share)}</b> <small>${rangeText({ mean: share, interval, bounds: interval })}</small></td></tr>`;
}

function saidText(verdicts: Readonly<Record<string, VerdictKind>>): Html {
  return html`${Object.entries(verdicts).map(([grader, verdict]) => {
    const { glyph, words, right } = verdictWords[verdict];
    return html`<span class="nw said1">${visibleLine(grader)} <b class="v ${right ? 'r' : 'w'}">${glyph} ${words}</b></span> `;
  })}`;
}

function draw(data: AuditData, query: AuditQuery): Html {
  const { matching, drawn, seed } = data;
  const at = fixed(data, query);
  const chosen = [
    ...(query.benchmark === undefined ? [] : [{ label: query.benchmark, changed: { benchmark: undefined } }]),
    ...(query.said === undefined
      ? []
      : [{ label: query.said.replaceAll(',', ', '), changed: { said: undefined } }]),
  ];
  const only =
    chosen.length === 0
      ? ''
      : html`<nav class="seg" aria-label="Only"><span>Only</span>${chosen.map(({ label, changed }) => html`<a href="${at(changed)}#draw" aria-current="true">${visibleLine(label)} ✕</a>`)}</nav>`;
  const more =
    matching > drawn.length
      ? html`<a href="${at({ seed: seed + 1 })}#draw" rel="next">Draw ${drawn.length} others ›</a>`
      : '';
  const none =
    matching === 0 ? html`<p class="note">No disagreement is of this kind. Take a filter off above.</p>` : '';
  return html`<section class="near" id="draw"><div class="sh"><div><h2>${drawn.length < matching ? `${drawn.length} of ${number(matching)}, drawn at random` : `All ${number(matching)}`}</h2><p class="note">Seed ${seed}; <a href="${at({ seed })}#draw">this draw</a> has an address that shows the same to everybody.</p></div>${only}</div>${none}${drawn.map(drawnCard)}<nav class="pager" aria-label="More">${more}</nav></section>`;
}

function drawnCard(item: DrawnSample): Html {
  const { evaluation, problem, sample, question, gold, completion, tokens, truncated, verdicts, span } = item;
  const golds = typeof gold === 'string' ? [gold] : gold;
  const extracted = verdicts.find(({ verdict }) => verdict === 'correct')?.extracted ?? null;
  const long =
    completion.length > 400
      ? html` tabindex="0" role="group" aria-label="Text of ${problem}, sample ${sample}"`
      : '';
  const told = verdicts.map(({ grader, verdict, reason, extracted }) => {
    const { glyph, words, right } = verdictWords[verdict];
    return html`<li><b class="v ${right ? 'r' : 'w'}">${glyph} ${words}</b> ${grader}: ${extracted === null ? 'nothing read' : html`read <code>${visibleLine(extracted.slice(0, 200))}</code>`} <span class="why">${visibleLine(reason)}</span></li>`;
  });
  return html`<article class="flip" data-row><div class="fh"><h3><a href="${pages.sample(evaluation, problem, sample)}">${problem} · ${sample}</a></h3><span class="gold">reference ${golds.map((each) => html`<mark>${mathText(each)}</mark> `)}</span><span class="id">${shortId(evaluation)} · ${counted(tokens, 'token')}${truncated ? ', cut at the limit' : ''}</span></div><p class="question">${mathText(question)}</p><div class="pair"><ul class="lines">${told}</ul><div class="c"><p class="t"${long}>${completionText(completion, { extracted, span: span ?? undefined, most: MOST_CHARACTERS })}</p></div></div></article>`;
}

/** Which evaluations were read, and those that were left out. */
function readList({ evaluations, leftOut }: AuditData, query: AuditQuery): Html {
  const alone = (evaluation: string) =>
    pages.audit(auditQuery({ seed: query.seed }, { evaluation: [evaluation] }));
  const of = ({ checkpoint, recipe }: AuditedEvaluation) =>
    checkpoint === null
      ? html`a model given by hand`
      : html`<a href="${pages.audit({ run: checkpoint.run })}">${visibleLine(recipe ?? shortId(checkpoint.run))}</a>, step ${checkpoint.step}`;
  const rest = leftOut.map(
    (each) =>
      html`<tr><th scope="row"><a href="${alone(each)}">${shortId(each)}</a></th><td>not read</td><td></td><td></td></tr>`,
  );
  return html`<section class="near" id="read"><h2>Evaluations that were read</h2><div class="scroll" tabindex="0" role="region" aria-label="Evaluations that were read"><table><thead><tr><th scope="col">Evaluation</th><th scope="col">Of</th><th class="n" scope="col">Judged by several</th><th class="n" scope="col">Disagreements</th></tr></thead><tbody>${evaluations.map((each) => html`<tr data-row><th scope="row"><a href="${alone(each.evaluation)}">${shortId(each.evaluation)}</a></th><td>${of(each)}</td><td class="n">${number(each.judged)}</td><td class="n">${each.disputed === 0 ? '0' : html`<a href="${alone(each.evaluation)}#draw">${number(each.disputed)}</a>`}</td></tr>`)}${rest}</tbody></table></div></section>`;
}
