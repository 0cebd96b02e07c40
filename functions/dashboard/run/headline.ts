import { html } from 'hono/html';
import { sum } from '#shared/metrics/sum.ts';
import { percent, points, rangeText } from '../../results/format-score.ts';
import { paperExperiment } from '../../results/paper/paper-rows.ts';
import type { Html } from '../html.ts';
import { runStateWords } from '../run-state-words.ts';
import { pages } from '../shell/address.ts';
import { counted, NONE, shortId } from '../shell/format.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { CheckpointState } from './run-curves.ts';
import type { Gain, RunData } from './run-data.ts';
import { scoredOf, shortName, stateWords, stepName, theStep } from './run-words.ts';

/** The result of a run as a sentence, what it came from, and the few numbers that say the most. */
export function headline(data: RunData): Html {
  return html`${runState(data)}<h1>${runSentence(data)}</h1>${runLede(data)}${runFacts(data)}`;
}

/** How far the run is, and how its checkpoints stand. */
export function runState({
  recipe,
  state,
  step,
  plannedSteps,
  checkpoints,
  restarts,
  forkOf,
}: RunData): Html {
  const of = (kind: CheckpointState) => checkpoints.filter((each) => each.state === kind).length;
  const others = (['failed', 'refused', 'cancelled', 'running', 'waiting'] as const).filter(
    (kind) => of(kind) > 0,
  );
  const asked = checkpoints.length - of('unasked');
  const { glyph, words, bad } = runStateWords[state];
  const isBad = (kind: CheckpointState) => kind === 'failed' || kind === 'refused';
  return html`<p class="state"><b${bad ? html` class="bad"` : ''}>${glyph} ${words}</b>, ${step ?? NONE} of ${plannedSteps ?? '?'} steps · ${of('scored')} of ${counted(asked, 'checkpoint')} scored${others.map((kind) => html` · <span${isBad(kind) ? html` class="bad"` : ''}>${stateWords[kind].glyph} ${of(kind)} ${stateWords[kind].word}</span>`)}${restarts.length > 0 ? ` · taken over ${counted(restarts.length, 'time')}` : ''}${forkOf ? html` · begun with <a href="${pages.run(forkOf.run)}">step ${forkOf.step} of ${shortId(forkOf.run)}</a>` : ''} · recipe <a href="${pages.runs({ recipe })}">${visibleLine(recipe)}</a>${paperExperiment(recipe) ? html`, <a href="${pages.paper(recipe)}">the paper’s row</a>` : ''}</p>`;
}

/** The result in one sentence, without its full stop. */
export function runSentence({ checkpoints, gain }: RunData): Html {
  const scored = scoredOf(checkpoints);
  const [first, last] = [scored[0], scored.at(-1)];
  if (!first || !last)
    return checkpoints.length === 0
      ? html`Nothing is stored of this run yet but its settings`
      : html`No checkpoint of this run is scored yet`;
  const score = html`${last.step === 0 ? 'The base' : `Step ${last.step}`} scores ${percent(last.average.mean)} <small>(${rangeText(last.average)})</small>`;
  if (first === last) return score;
  const before = html`<span class="nw">${theStep(first.step)} ${percent(first.average.mean)}</span>`;
  return html`${score}, ${before}${gain ? html`: ${change(gain)}` : ''}`;
}

/** A change is claimed only where its interval leaves out zero. */
function change({ mean, interval }: Gain): Html {
  if (mean === null || !interval) return html`how much changed is not settled`;
  const clear = interval[0] > 0 || interval[1] < 0;
  return clear
    ? html`<span class="nw">${points(mean)} points</span> on the same problems`
    : html`no clear change on the same problems`;
}

/** What it was trained and scored on. */
export function runLede({ problems, problemCount, checkpoints }: RunData): Html | string {
  const last = scoredOf(checkpoints).at(-1);
  const scored = last && sum(last.benchmarks.map(({ problems: each }) => each));
  const on =
    scored === undefined
      ? ''
      : `; scored on ${counted(scored, 'problem')} of ${counted(last?.benchmarks.length ?? 0, 'set')}`;
  const [only] = problems;
  if (problemCount === 0)
    return scored === undefined
      ? ''
      : html`<p class="lede">Scored on ${counted(scored, 'problem')}. All intervals are 95 %.</p>`;
  const what =
    problemCount === 1 && only && only.problem.length < 160
      ? html`one problem, <i>${mathText(only.problem)}</i>`
      : counted(problemCount, 'problem');
  return html`<p class="lede">Trained on ${what}${on}.${scored === undefined ? '' : ' All intervals are 95 %.'}</p>`;
}

interface Fact {
  readonly value: Html | string;
  readonly range?: string;
  readonly meaning: Html;
}

export function runFacts(data: RunData): Html | string {
  const { run, gain, control, saturationStep, riseAfterSaturation: rise, steps } = data;
  const found: (Fact | undefined)[] = [
    gain && gain.mean !== null
      ? {
          value: points(gain.mean),
          ...(gain.interval && { range: `${points(gain.interval[0])} to ${points(gain.interval[1])}` }),
          meaning: html`points, ${stepName(gain.first.step)} to step ${gain.second.step}, paired by problem · <a href="${pages.compare(gain.first.evaluation, gain.second.evaluation)}">what changed</a>`,
        }
      : undefined,
    control ? controlFact(data, control) : undefined,
    data.seeds ? seedFact(data.seeds) : undefined,
    saturationStep === null
      ? { value: steps.length === 0 ? '–' : 'no', meaning: html`saturation: 95 % right or more for 20 steps` }
      : {
          value: `step ${saturationStep}`,
          meaning: html`training saturates: 95 % right or more for 20 steps · <a href="${pages.step(run, saturationStep)}">open</a>`,
        },
    rise
      ? {
          value: points(rise.rise),
          meaning: html`points more after that, up to step ${rise.step}, the highest of its checkpoints and so flattered`,
        }
      : undefined,
  ];
  const shown = found.filter((fact) => fact !== undefined);
  return html`<dl class="facts">${shown.map(({ value, range, meaning }) => html`<div><dt>${value}${range ? html` <small>${range}</small>` : ''}</dt><dd>${meaning}</dd></div>`)}</dl>`;
}

/** What the same settings score with every seed, at the last step that all have. */
function seedFact({ means, others }: NonNullable<RunData['seeds']>): Fact | undefined {
  const last = means.checkpoints.at(-1);
  if (last?.average?.mean == null) return undefined;
  const links = others.map(
    ({ run }, index) =>
      html`${index > 0 ? ',' : ''} <a class="nw" href="${pages.run(run)}">${visibleLine(shortId(run))}</a>`,
  );
  return {
    value: percent(last.average.mean),
    range: rangeText(last.average),
    meaning: html`mean of ${means.seeds} seeds at step ${last.step}, interval over seeds · the others:${links}`,
  };
}

/** The control's last score against the base of this run: two means, without an interval since nothing was paired. */
function controlFact({ checkpoints }: RunData, control: NonNullable<RunData['control']>): Fact | undefined {
  const base = scoredOf(checkpoints)[0];
  const last = scoredOf(control.checkpoints).at(-1);
  if (!base?.evaluation || !last?.evaluation) return undefined;
  return {
    value: points(last.average.mean - base.average.mean),
    meaning: html`points for <a href="${pages.run(control.run)}">${visibleLine(shortName(control))}</a>, ${stepName(base.step)} to its step ${last.step} · <a href="${pages.compare(base.evaluation, last.evaluation)}">compare</a>`,
  };
}
