import { html } from 'hono/html';
import { percent, rangeText } from '../../results/format-score.ts';
import { retryForm } from '../action-form.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, NONE } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { CheckpointScore } from './run-curves.ts';
import type { RunData } from './run-data.ts';
import { scoredOf, shortName, stateWords, stepName } from './run-words.ts';

/** More cells than that say less than the curve above them. */
const MOST_CELLS = 26;

/** Every checkpoint: how its evaluation stands, what failed and the one button that mends it, and all values as a table. */
export function checkpointSection(data: RunData, csrf: string | undefined): Html | string {
  const { checkpoints } = data;
  if (checkpoints.length === 0) return '';
  const cells = notable(checkpoints);
  const left = checkpoints.length - cells.length;
  const more = left === 0 ? '' : html`<p class="note">${counted(left, 'other checkpoint')} in the table.</p>`;
  return html`<section id="checkpoints" style="margin-top:2rem"><div class="sh" style="margin-bottom:.7rem"><h2 class="h3">Checkpoints</h2><ul class="key"><li><span class="ok">✓</span> scored</li><li>◐ running</li><li>○ waiting</li><li><span class="bad">✕</span> failed</li>${checkpoints.some(({ deleted }) => deleted) ? html`<li>– weights deleted, scores kept</li>` : ''}</ul></div>
<ol class="strip">${cells.map((checkpoint) => cell(checkpoint, checkpoint === checkpoints.at(-1)))}</ol>${more}
${checkpoints.filter(({ state }) => state === 'failed' || state === 'refused').map((checkpoint) => alert(checkpoint, data, csrf))}
<details style="margin-top:1.2rem" id="values"><summary>All values as a table</summary>${checkpointTable(data)}</details></section>`;
}

/** All of few; of many the first, the best, the last, those without a score, and some at equal distances. */
function notable(checkpoints: readonly CheckpointScore[]): readonly CheckpointScore[] {
  if (checkpoints.length <= MOST_CELLS) return checkpoints;
  const scored = scoredOf(checkpoints);
  const best = scored.reduce(
    (highest, next) => (next.average.mean > highest.average.mean ? next : highest),
    scored[0] as (typeof scored)[number],
  );
  const open = checkpoints
    .filter(({ state }) => state !== 'scored' && state !== 'unasked')
    .slice(-MOST_CELLS / 2);
  const kept = new Set<CheckpointScore | undefined>([checkpoints[0], checkpoints.at(-1), best, ...open]);
  const every = Math.ceil(checkpoints.length / (MOST_CELLS - kept.size));
  return checkpoints.filter((checkpoint, index) => kept.has(checkpoint) || index % every === 0);
}

function cell(checkpoint: CheckpointScore, last: boolean): Html {
  const { step, evaluation, state, average, shards, deleted } = checkpoint;
  const { glyph, word } = stateWords[state];
  const style =
    state === 'scored' ? 'done' : ['failed', 'refused', 'cancelled'].includes(state) ? 'failed' : 'waiting';
  const progress = shards ? `${shards.done} of ${shards.total}` : '';
  const inside =
    state === 'scored' && average
      ? html`<small>${stepName(step)}</small><b>${average.mean === null ? NONE : percent(average.mean)}</b><small>${rangeText(average)}</small><small><span class="ok">✓</span> scored${deleted ? ' –' : ''}</small>`
      : html`<small>${stepName(step)}</small><b class="w">${glyph} ${word}</b><small>${progress}</small><small>${state === 'failed' || state === 'refused' ? 'see below' : ''}</small>`;
  const current = last ? html` aria-current="true"` : '';
  return html`<li class="${style}" id="c${step}" data-row>${evaluation === null ? html`<span class="cell"${current}>${inside}</span>` : html`<a href="${pages.evaluation(evaluation)}"${current}>${inside}</a>`}</li>`;
}

function alert(
  { step, state, evaluation, shards, reason }: CheckpointScore,
  { run }: RunData,
  csrf: string | undefined,
): Html {
  const told = visibleLine(reason ?? 'unknown');
  const what =
    state === 'refused'
      ? html`was refused: ${told}`
      : html`${shards?.failed ?? 0} of ${counted(shards?.total ?? 0, 'shard')} failed, <code>${told}</code>. What the others found is kept; a retry asks for the failed ones alone.`;
  const label = `Retry ${state === 'refused' ? stepName(step) : counted(shards?.failed ?? 0, 'shard')}`;
  const button = evaluation === null ? '' : retryForm({ label, evaluation, next: pages.run(run) }, csrf);
  return html`<div class="alert" id="a${step}"><p><b class="bad">✕ ${step === 0 ? 'The base' : `Step ${step}`}</b>: ${what}</p>${button}</div>`;
}

/** The scores of every checkpoint. @param linked - whether each leads to its evaluation */
export function checkpointTable({ checkpoints, control }: RunData, linked = true): Html {
  const sets = scoredOf(checkpoints).at(-1)?.benchmarks ?? [];
  const name = control && visibleLine(shortName(control));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Scores of every checkpoint"><table><thead><tr><th scope="col">Checkpoint</th><th class="n" scope="col">Mean (95 %)</th>${sets.map(({ benchmark }) => html`<th class="n" scope="col">${benchmark}</th>`)}${name ? html`<th class="n" scope="col">${name}, mean</th>` : ''}${linked ? html`<th scope="col">Open</th>` : ''}</tr></thead><tbody>${checkpoints.map(
    (checkpoint) =>
      row(
        checkpoint,
        sets.map(({ benchmark }) => benchmark),
        control,
        linked,
      ),
  )}</tbody></table></div>`;
}

function row(
  { step, state, average, benchmarks, evaluation }: CheckpointScore,
  sets: readonly string[],
  control: RunData['control'],
  linked: boolean,
): Html {
  const { glyph, word } = stateWords[state];
  const values = sets.map((set) => {
    const found = benchmarks.find(({ benchmark }) => benchmark === set);
    if (!found || found.score.mean === null) return html`<td class="n">${NONE}</td>`;
    const { score, problems, samplesPerProblem } = found;
    return html`<td class="n" title="${rangeText(score)}, n = ${problems} × ${samplesPerProblem}">${percent(found.score.mean)}</td>`;
  });
  const mean =
    average?.mean == null
      ? html`<td class="n ${state === 'failed' ? 'bad' : ''}">${glyph} ${word}</td>`
      : html`<td class="n"><b>${percent(average.mean)}</b> <small>${rangeText(average)}</small></td>`;
  const other = control?.checkpoints.find((each) => each.step === step)?.average?.mean;
  const open =
    evaluation === null
      ? NONE
      : html`<a href="${pages.evaluation(evaluation)}" aria-label="evaluation of ${stepName(step)}">evaluation</a>`;
  return html`<tr><th scope="row">${stepName(step)}</th>${mean}${values}${control ? html`<td class="n">${other == null ? NONE : percent(other)}</td>` : ''}${linked ? html`<td>${open}</td>` : ''}</tr>`;
}
