import { html } from 'hono/html';
import { meanText } from '../../results/format-score.ts';
import type { EvaluationRow } from '../evaluations/evaluations-data.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { dateText, shortId } from '../shell/format.ts';
import type { View } from '../shell/page.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { ChooseData } from './compare-data.ts';
import type { CompareQuery } from './compare-query.ts';

/** The page that asks which evaluations are to be compared: a form with lists of the newest that have scores. */
export function chooseView({ choices }: ChooseData, { a, b }: CompareQuery): View {
  return {
    title: 'Compare',
    tab: 'compare',
    crumbs: [{ label: 'Compare' }],
    live: false,
    body:
      choices.length < 2
        ? html`<h1>There is nothing to compare yet</h1><p class="lede">A comparison takes two evaluations with scores; ${choices.length === 0 ? 'none is' : 'one is'} stored here.</p><pre class="cmd">oneshot eval RUN
oneshot compare RUN@0 RUN</pre>`
        : html`<h1>Which two?</h1><p class="lede">B is held against A, problem by problem: whether it is better, what else differs than the weights, and which problems turned.</p>${form(choices, a, b)}<p class="note">The newest with scores. A point of a run's curve leads to its comparison with the base; other evaluations are compared by their addresses, <code>/compare?a=…&amp;b=…</code>.</p>`,
    command: 'oneshot compare A B',
  };
}

/** By default the last step of the newest run against its first, else the two newest. */
function form(choices: ChooseData['choices'], a: string | undefined, b: string | undefined): Html {
  const stepOf = ({ checkpoint }: EvaluationRow) => checkpoint?.step ?? 0;
  const run = choices[0]?.checkpoint?.run;
  const ofRun = choices
    .filter(({ checkpoint }) => run !== undefined && checkpoint?.run === run)
    .toSorted((x, y) => stepOf(x) - stepOf(y));
  const [older, newer] = ofRun.length > 1 ? [ofRun[0], ofRun.at(-1)] : [choices[1], choices[0]];
  const first = a ?? (older?.evaluation === b ? newer : older)?.evaluation;
  const second = b ?? (newer?.evaluation === a ? older : newer)?.evaluation;
  const chooser = (name: string, label: string, chosen: string | undefined, empty: boolean) =>
    html`<label for="${name}">${label}<select id="${name}" name="${name}">${empty ? html`<option value="">none</option>` : ''}${choices.map((each) => option(each, each.evaluation === chosen))}</select></label>`;
  return html`<form class="choose" method="get" action="${pages.compareChoice()}">${chooser('a', 'A, what is held against', first, false)}${chooser('b', 'B, is it better?', second, false)}${chooser('c', 'C, a third, against A as well', undefined, true)}<button>Compare</button></form>`;
}

function option(
  { evaluation, createdAt, checkpoint, recipe, model, score }: EvaluationRow,
  chosen: boolean,
): Html {
  const what = checkpoint
    ? `${recipe ?? 'run'} ${shortId(checkpoint.run)}, step ${checkpoint.step}`
    : `model ${shortId(model)}`;
  const mean = score ? `: ${meanText(score)}` : '';
  return html`<option value="${evaluation}"${chosen ? html` selected` : ''}>${visibleLine(what)}${mean} · ${dateText(Date.parse(createdAt))} · ${shortId(evaluation)}</option>`;
}
