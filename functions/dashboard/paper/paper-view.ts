import { html } from 'hono/html';
import { meanText, percent, points, rangeText } from '../../results/format-score.ts';
import type { AgainstPaper } from '../../results/paper/against-paper.ts';
import { PAPER_SETS } from '../../results/paper/paper-rows.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, dateText, NONE, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { OurRun, PaperData, PaperLine } from './paper-data.ts';
import { type PaperQuery, paperQuery } from './paper-query.ts';

/** The page of a recipe's row in the paper: what was found there, what here, and whether they differ. */
export function paperView(data: PaperData, { query }: Looking<PaperQuery>): View {
  const { recipe, ours } = data;
  return {
    title: `${recipe} and the paper`,
    tab: 'runs',
    crumbs: [
      { label: 'Runs', href: pages.runs() },
      { label: recipe, href: pages.runs({ recipe }) },
      { label: 'the paper’s row' },
    ],
    live: false,
    body: html`<h1>${sentence(data)}</h1>${lede(data)}${selection(data, query)}${ours ? choices(data, ours, query) : ''}${ours ? table(data) : published(data)}${method(data)}`,
    command: ours ? `oneshot eval ${ours.run}` : `oneshot train ${recipe}`,
  };
}

const VERDICTS: Readonly<Record<AgainstPaper['verdict'], string>> = {
  higher: '▲ higher',
  lower: '▼ lower',
  equal: '= within 5 points',
  unclear: '? cannot tell',
};

const SENTENCES: Readonly<Record<AgainstPaper['verdict'], string>> = {
  higher: 'higher than the paper’s',
  lower: 'lower than the paper’s',
  equal: 'no more than 5 points from the paper’s',
  unclear: 'and whether that is the paper’s cannot be told',
};

function sentence({ paper, ours, lines }: PaperData): Html {
  const [mean] = lines;
  if (!ours) return html`The paper reports ${percent(paper.average)}; no run here has scores yet`;
  if (mean?.set !== 'mean')
    return html`The paper reports ${percent(paper.average)} over its six sets, of which this run has ${lines.length}`;
  const settled = mean.against ? `, ${SENTENCES[mean.against.verdict]} ` : ', the paper’s ';
  return html`Ours scores ${meanText(mean.ours)} <small>(${rangeText(mean.ours)})</small>${settled}<span class="nw">${percent(mean.paper)}</span>`;
}

function lede({ recipe, paper, ours, otherRecipes }: PaperData): Html {
  const row = `${paper.table} of arXiv:2504.20571${paper.step === null ? '' : `, step ${paper.step}`}`;
  if (ours)
    return html`<p class="lede">The recipe ${recipe}: <a href="${pages.run(ours.run)}">run ${shortId(ours.run)}</a>, <a href="${pages.evaluation(ours.picked.evaluation)}">step ${ours.picked.step}</a>, against ${row}. All intervals are 95 %.</p>`;
  const others =
    otherRecipes.length === 0
      ? ''
      : html` The newest runs here are of ${otherRecipes.map((each, index) => html`${index > 0 ? ', ' : ''}<a href="${pages.runs({ recipe: each })}">${visibleLine(each)}</a>`)}.`;
  return html`<p class="lede">The recipe ${recipe}, ${row}.${others}</p><pre class="cmd">oneshot train ${recipe}</pre>`;
}

/** By which rule the checkpoints were picked; red where that looked at the scores that are shown. */
function selection({ paper, ours }: PaperData, query: PaperQuery): Html {
  const theirs =
    paper.selection === 'best-average'
      ? html`The paper shows the checkpoint with the highest mean of these six sets.`
      : html`The paper gives the step, ${paper.step}.`;
  const own =
    ours === null
      ? ''
      : query.pick === 'best'
        ? html` Ours is the best of ${counted(ours.scored, 'checkpoint')} by the same mean.`
        : html` Ours is the last of ${counted(ours.scored, 'checkpoint')}, which no score has picked.`;
  const flattered = [
    ...(paper.selection === 'best-average' ? ['the paper’s'] : []),
    ...(ours && query.pick === 'best' && ours.scored > 1 ? ['ours'] : []),
  ];
  if (flattered.length === 0) return html`<div class="same" id="selection"><p>${theirs}${own}</p></div>`;
  return html`<div class="same red" id="selection"><p><span class="bad">■ Chosen on the sets it is scored on: ${flattered.join(' and ')}.</span> ${theirs}${own} The highest of several noisy scores is too high, the more so the more there are.</p></div>`;
}

function choices({ recipe, runs }: PaperData, ours: OurRun, query: PaperQuery): Html {
  const choice = (label: string, changed: Partial<PaperQuery>, current: boolean) =>
    html`<a href="${pages.paper(recipe, paperQuery(query, changed))}"${current ? html` aria-current="true"` : ''}>${label}</a>`;
  const graders =
    ours.graders.length < 2
      ? ''
      : html`<nav class="seg" aria-label="Grader"><span>Grader</span>${ours.graders.map((grader) => choice(grader, { grader: grader as PaperQuery['grader'] }, grader === ours.grader))}</nav>`; // names of stored graders
  const others =
    runs.length < 2
      ? ''
      : html`<nav class="seg" aria-label="Run"><span>Run</span>${runs.map(({ run, createdAt }) => choice(`${shortId(run)}, ${dateText(Date.parse(createdAt))}`, { run }, run === ours.run))}</nav>`;
  return html`<div class="filters"><nav class="seg" aria-label="Checkpoint"><span>Ours</span>${choice('best mean, as the paper', { pick: 'best' }, query.pick === 'best')}${choice('last', { pick: 'last' }, query.pick === 'last')}</nav>${graders}${others}</div>`;
}

function table({ lines, format }: PaperData): Html {
  const head = (label: string) => html`<th class="n" scope="col">${label}</th>`;
  const control = format ? html`${head('Format, paper')}${head('Format, ours')}` : '';
  return html`<section id="rows" style="margin-top:2rem"><h2>Set by set</h2><p class="note">Per cent right; differences in points, ours minus the paper’s.${format?.run ? html` Format: <a href="${pages.run(format.run)}">${visibleLine(format.recipe)} ${shortId(format.run)}</a>, rewarded for a closed box alone.` : ''}</p><div class="scroll" tabindex="0" role="region" aria-label="The paper and ours"><table><thead><tr><th scope="col">Set</th>${head('Paper')}${head('Ours (95 %)')}${head('Difference (95 %)')}<th scope="col">Verdict</th>${head('Base, paper')}${head('Base, ours')}${control}</tr></thead><tbody>${lines.map(row)}</tbody></table></div></section>`;
}

function row({ set, paper, ours, against, base, format }: PaperLine): Html {
  const cell = (value: number | null) => html`<td class="n">${value === null ? NONE : percent(value)}</td>`;
  const difference = against
    ? html`<b>${points(against.difference)}</b> <small>${points(against.interval[0])} to ${points(against.interval[1])}</small>`
    : NONE;
  const style =
    against?.verdict === 'lower'
      ? html` class="nw bad"`
      : against?.verdict === 'higher'
        ? html` class="nw ok"`
        : html` class="nw"`;
  const control = format ? html`${cell(format.paper)}${cell(format.ours)}` : '';
  return html`<tr data-row><th scope="row" class="nw">${set === 'mean' ? html`<b>Mean of the six</b>` : set}</th>${cell(paper)}<td class="n"><b>${meanText(ours)}</b> <small>${rangeText(ours)}</small></td><td class="n">${difference}</td><td${style}>${against ? VERDICTS[against.verdict] : NONE}</td>${cell(base.paper)}${cell(base.ours)}${control}</tr>`;
}

/** The paper's numbers alone, where there is nothing to hold against them. */
function published({ paper, paperBase }: PaperData): Html {
  const line = (name: string, score: number, base: number) =>
    html`<tr data-row><th scope="row">${name}</th><td class="n">${percent(score)}</td><td class="n">${percent(base)}</td></tr>`;
  return html`<section id="rows" style="margin-top:2rem"><h2>Set by set</h2><p class="note">Per cent right.</p><div class="scroll" tabindex="0" role="region" aria-label="The paper"><table style="max-width:34rem"><thead><tr><th scope="col">Set</th><th class="n" scope="col">Paper</th><th class="n" scope="col">Base, paper</th></tr></thead><tbody>${line('Mean of the six', paper.average, paperBase.average)}${PAPER_SETS.map((set) => line(set, paper.scores[set], paperBase.scores[set]))}</tbody></table></div></section>`;
}

function method({ paperBase, ours }: PaperData): Html {
  const base =
    paperBase.average === 0.176
      ? ' The paper’s base is the model as downloaded, in bf16; the same weights stored in fp32 have a mean of 19.6 (Tab. 7), and ours computes in fp32.'
      : '';
  const grader = ours ? `Ours is by the grader ${ours.grader}. ` : '';
  return html`<section id="method"><h2>How they are held against each other</h2><p class="note">${grader}The paper prints no intervals. It asked as many problems and drew as many samples, so that its numbers are taken to be as uncertain as ours: the interval of a difference is ours, wider by √2. Both asked the same problems, which would make it narrower if the paper’s answers were known. One run is one seed, here and there.${base}</p><p class="note">Wang et al. 2025, “Reinforcement Learning for Reasoning in Large Language Models with One Training Example”, arXiv:2504.20571, v3.</p></section>`;
}
