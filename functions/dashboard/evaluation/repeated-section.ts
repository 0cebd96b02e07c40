import { html } from 'hono/html';
import type { RepeatedSamples, Share } from '../../results/evaluations/repeated-samples.ts';
import { intervalText, percent } from '../../results/format-score.ts';
import { chart } from '../charts/chart.ts';
import { restOfColumns, sampleGrid } from '../charts/sample-grid.ts';
import { scale } from '../charts/scale.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, NONE } from '../shell/format.ts';

/** What several samples of each problem add: pass@k and maj@k by benchmark, and every sample as a square. */
export function repeatedSection(
  sets: readonly RepeatedSamples[],
  evaluation: string,
  grader: string,
): Html | string {
  if (sets.length === 0) return '';
  return html`<section id="samples"><h2>Several samples of a problem</h2><p class="note">Per cent of problems by grader ${grader}, with 95 % intervals. pass@k: at least one of k samples is right. maj@k: the most frequent answer is, where answers that are not right count as different as soon as their text is.</p>${table(sets)}<div class="six">${sets.map(curve)}</div>${sets.map((set) => grid(set, evaluation, grader))}</section>`;
}

function table(sets: readonly RepeatedSamples[]): Html {
  const ks = [...new Set(sets.flatMap(({ passAt }) => passAt.map(({ k }) => k)))].sort((a, b) => a - b);
  const cell = (share: Share | undefined) =>
    share
      ? html`<td class="n"><b>${percent(share.mean)}</b> <small>${intervalText(share.interval)}</small></td>`
      : html`<td class="n">${NONE}</td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="pass@k and maj@k"><table><thead><tr><th scope="col">Benchmark</th>${ks.map((k) => html`<th class="n" scope="col">pass@${k}</th>`)}<th class="n" scope="col">maj@k</th></tr></thead><tbody>${sets.map(({ benchmark, samples, passAt, majority }) => html`<tr data-row><th scope="row">${benchmark} <small>k up to ${samples}</small></th>${ks.map((k) => cell(passAt.find((each) => each.k === k)))}${cell(majority)}</tr>`)}</tbody></table></div>`;
}

/** pass@k over k, which doubles from tick to tick, and maj@k to hold it against. */
function curve({ benchmark, samples, passAt, majority, problems }: RepeatedSamples): Html {
  const points = passAt.map(({ k, mean, interval: [low, high] }) => ({
    x: Math.log2(k),
    y: 100 * mean,
    interval: [100 * low, 100 * high] as const,
  }));
  const last = passAt.at(-1);
  const told = passAt.map(({ k, mean }) => `pass@${k} ${percent(mean)}`).join(', ');
  return html`<figure><figcaption><b>${benchmark}</b><span>${counted(problems.length, 'problem')}; dotted: maj@${samples}</span></figcaption>${chart(
    {
      description: `${benchmark}: ${told}; maj@${samples} ${percent(majority.mean)}`,
      ...{ heightPx: 112, left: '1.8rem', right: '2.5rem' },
      ...{ x: scale(0, Math.log2(samples)), y: scale(0, 100) },
      xTicks: passAt.map(({ k }) => ({ at: Math.log2(k), label: String(k) })),
      yTicks: [0, 50, 100].map((at) => ({ at, label: String(at) })),
      series: [{ kind: 'run', points, label: last ? percent(last.mean) : '', dots: true }],
      base: { y: 100 * majority.mean, label: '' },
    },
  )}</figure>`;
}

function grid({ benchmark, problems }: RepeatedSamples, evaluation: string, grader: string): Html {
  const columns = problems.map(({ id, right }) => ({
    href: pages.samples(evaluation, { problem: id, grader }),
    right,
    samples: right.map((_, sample) => pages.sample(evaluation, id, sample, { grader })),
    told: id,
  }));
  return html`<h3>${benchmark}</h3><p class="note">A column is a problem, hardest first. A square leads to its completion, the number below to all of the problem. Filled: right. Hollow: wrong.${restOfColumns(columns)}</p>${sampleGrid(`Samples of ${benchmark}, by problem`, columns)}`;
}
