import { html } from 'hono/html';
import { restOfColumns, sampleGrid } from '../charts/sample-grid.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, number } from '../shell/format.ts';
import type { StepData } from './step-data.ts';
import { type StepQuery, stepQuery } from './step-query.ts';

/** Kinds of rewards that a histogram shows; more of them are a continuous reward. */
const MOST_BARS = 12;

/** How rewards fell, how many were right in each group, and every sample as a square. */
export function stepFigures(data: StepData, query: StepQuery): Html {
  return html`<section id="figures"><div class="hist">${rewards(data, query)}${groupsByRight(data, query)}${everySample(data)}</div></section>`;
}

interface Column {
  readonly style: string;
  readonly href: string;
  readonly told: string;
  readonly count: number;
  readonly label: Html | string;
}

function columns(title: string, note: string, name: string, given: readonly Column[], narrow: boolean): Html {
  const most = Math.max(1, ...given.map(({ count }) => count));
  const bar = ({ style, href, told, count }: Column) =>
    html`<a class="${style}" href="${href}" aria-label="${told}"><span>${count > 0 ? count : ''}</span><i style="height:${Math.round((8200 * count) / most) / 100}%"></i></a>`;
  return html`<div><h2 class="h3">${title}</h2><p class="note" style="margin-bottom:.8rem">${note}</p><nav class="cols" aria-label="${name}">${given.map(bar)}</nav><div class="${narrow ? 'colx w2' : 'colx'}" aria-hidden="true">${given.map(({ label }) => html`<span>${label}</span>`)}</div></div>`;
}

function rewards({ run, step, rewards: found, samples }: StepData, query: StepQuery): Html {
  const shown = found.length <= MOST_BARS ? found : [...found.slice(0, 1), ...found.slice(-1)];
  const note =
    shown === found
      ? 'A bar is a filter.'
      : `${found.length} different rewards; here the least and the greatest.`;
  const [least, greatest] = [found[0]?.reward, found.at(-1)?.reward];
  const given = shown.map(
    ({ reward, samples: count }): Column => ({
      style: reward === least && reward !== greatest ? 'bad' : reward === greatest ? 'good' : '',
      href: pages.step(run, step, stepQuery(query, { reward })),
      told: `reward ${number(reward)}: ${counted(count, 'sample')} of ${samples}`,
      count,
      label: reward === 0 ? '✗ 0' : reward === 1 ? '✓ 1' : number(reward),
    }),
  );
  return columns('Reward', note, 'Reward of a sample', given, false);
}

function groupsByRight({ run, step, outline }: StepData, query: StepQuery): Html {
  const size = Math.max(0, ...outline.map(({ right }) => right.length));
  const byRight = Map.groupBy(outline, ({ correct }) => correct);
  const values =
    size <= 16
      ? Array.from({ length: size + 1 }, (_, index) => index)
      : [...byRight.keys()].sort((a, b) => a - b);
  const given = values.map((right): Column => {
    const found = byRight.get(right) ?? [];
    const dead = found.length > 0 && found.every((group) => group.dead);
    return {
      style: dead ? 'dead' : '',
      href: pages.step(run, step, stepQuery(query, { right })),
      told: `${right} of ${size} right: ${counted(found.length, 'group')}${dead ? ', dead' : ''}`,
      count: found.length,
      label: dead ? html`${right}<br>dead` : String(right),
    };
  });
  return columns(
    'Groups by right answers',
    'Where all earn the same, nothing is preferred: no signal.',
    'Right answers in a group',
    given,
    true,
  );
}

function everySample({ outline, run, step }: StepData): Html {
  const columns = outline.map(({ row, right, dead }) => ({
    href: pages.step(run, step, { group: row }),
    ...{ right, dead, told: `${dead ? 'dead ' : ''}group ${row}` },
  }));
  return html`<div><h2 class="h3">Every sample</h2><p class="note" style="margin-bottom:.8rem">A column is a group. Filled: right. Hollow: wrong. Hatched: dead group.${restOfColumns(columns)}</p>${sampleGrid('Every sample, by group', columns)}</div>`;
}
