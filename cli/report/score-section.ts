import { html } from 'hono/html';
import type { Html } from '#functions/dashboard/html.ts';
import { NONE } from '#functions/dashboard/shell/format.ts';
import { visibleLine } from '#functions/dashboard/text/visible-text.ts';
import { meanText, percent, rangeText } from '#functions/results/format-score.ts';
import type { Score } from '#shared/records/summary.ts';
import type { ReportData } from './report-data.ts';
import { protocolWords, scoreColumns } from './score-columns.ts';

/** Scores side by side: a row for each benchmark with how it is sampled, one for their mean. */
export function scoreSection(data: ReportData): Html {
  const columns = scoreColumns(data);
  const words = protocolWords(data);
  const sets = columns.flatMap(({ benchmarks }) => benchmarks);
  const names = [...new Set(sets.map(({ benchmark }) => benchmark))];
  const rows = names.map((name) => {
    const found = columns.map(({ benchmarks }) => benchmarks.find(({ benchmark }) => benchmark === name));
    const known = found.find((each) => each !== undefined);
    const size = known ? `${known.problems} × ${known.samplesPerProblem}, ` : '';
    return html`<tr><th scope="row">${name}<small>${size}${visibleLine(words.get(name) ?? NONE)}</small></th>${found.map((each) => cell(each?.score))}</tr>`;
  });
  const mean =
    names.length < 2
      ? ''
      : html`<tfoot><tr><th scope="row">Mean of the ${names.length}</th>${columns.map(({ average }) => cell(average))}</tr></tfoot>`;
  return html`<section id="table"><h2>Scores</h2><p class="note">Per cent right with its 95 % interval: the bar is the score, the thin line on it the interval. Below each set: problems × samples, how they are drawn.</p><div class="scroll" tabindex="0" role="region" aria-label="Scores"><table class="scores"><thead><tr><th scope="col">Set</th>${columns.map(({ label }) => html`<th scope="col">${visibleLine(label)}</th>`)}</tr></thead><tbody>${rows}</tbody>${mean}</table></div></section>`;
}

function cell(score: Score | undefined): Html {
  if (!score) return html`<td>${NONE}</td>`;
  const [low, high] = score.interval ?? score.bounds;
  const style = `--m:${percent(score.mean ?? 0)};--l:${percent(low)};--w:${percent(high - low)}`;
  return html`<td><b>${meanText(score)}</b> <small>${rangeText(score)}</small><span class="bar" style="${style}" aria-hidden="true"><i></i><b></b></span></td>`;
}
