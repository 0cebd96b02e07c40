import { meanText, percent, rangeText } from '#functions/results/format-score.ts';
import type { Score } from '#shared/records/summary.ts';
import { html, type Markup } from './markup.ts';
import type { BenchmarkScore, ScoreRow } from './score-row.ts';

/** The score table: a row per set and one for their average, a column per model, with a bar in each cell. */
export function scoreSection(models: readonly ScoreRow[]): Markup {
  const sets = models[0]?.scores ?? [];
  return html`<section>
<h2>Scores</h2>
<p class="note">Accuracy in per cent with its 95 % interval. The bar shows the score, the thin line on it the interval; the best of each row is marked.</p>
<table class="scores">
<thead><tr><th scope="col">Set</th>${models.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>
${sets.map((set) => setRow(set, models))}
</tbody>
<tfoot>${averageRow(models)}</tfoot>
</table>
</section>`;
}

function setRow(
  { benchmark, problems, samplesPerProblem }: BenchmarkScore,
  models: readonly ScoreRow[],
): Markup {
  const scores = models.map(({ scores }) => scores.find((each) => each.benchmark === benchmark)?.score);
  const samples = samplesPerProblem === 1 ? '1 sample' : `${samplesPerProblem} samples each`;
  return html`<tr><th scope="row">${benchmark}<small>${problems} problems, ${samples}</small></th>${cells(scores)}</tr>`;
}

function averageRow(models: readonly ScoreRow[]): Markup {
  const scores = models.map(({ average }) => average);
  return html`<tr><th scope="row">Avg<small>mean of the sets</small></th>${cells(scores)}</tr>`;
}

function cells(scores: readonly (Score | undefined)[]): Markup[] {
  const best = Math.max(...scores.map((score) => score?.mean ?? -1));
  return scores.map((score) =>
    score
      ? html`<td class="${score.mean === best ? 'best' : ''}"><b>${meanText(score)}</b> <span class="range">${rangeText(score)}</span>${bar(score)}</td>`
      : html`<td>–</td>`,
  );
}

function bar({ mean, interval, bounds }: Score): Markup {
  const [low, high] = interval ?? bounds;
  const style = `--mean:${percent(mean ?? 0)}%;--low:${percent(low)}%;--high:${percent(high)}%`;
  return html`<span class="bar" style="${style}" aria-hidden="true"><i></i></span>`;
}
