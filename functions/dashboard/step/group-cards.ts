import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, NONE, number, signed } from '../shell/format.ts';
import { completionText } from '../text/completion-text.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { StepData } from './step-data.ts';
import type { StepGroup } from './step-group.ts';
import { type StepQuery, stepQuery } from './step-query.ts';

/** Of each text among many; one group alone shows them whole. */
const MOST_CHARACTERS = 1200;

type Rollout = StepGroup['rollouts'][number];

/** Samples that say the same, word for word. */
interface Card {
  readonly rollouts: readonly [Rollout, ...Rollout[]];
  /** Characters at the beginning that a card before it has as well. */
  readonly seen: number;
}

/** One group: its samples side by side, those with the same text on one card. */
export function groupCards(group: StepGroup, data: StepData, query: StepQuery, largest: number): Html {
  const { row, rollouts, correct, samples, dead, right } = group;
  const cards = cardsOf(rollouts);
  const alone = pages.step(data.run, data.step, stepQuery(query, { group: row }));
  const ticks = right.map((each) => (each ? '✓' : '·')).join('');
  const advantages = [
    ...new Set(rollouts.flatMap(({ advantage }) => (advantage === null ? [] : [signed(advantage, 2)]))),
  ];
  const problem =
    data.problem === null && group.problem !== null
      ? html`<p class="note">${mathText(group.problem)}</p>`
      : '';
  const told = html`<span><b>${correct} of ${samples}</b> right <span class="ticks" aria-hidden="true">${ticks}</span></span><span>${dead ? 'dead: advantage 0' : `advantage ${advantages.slice(0, 3).join(' / ')}`}</span><span>${counted(cards.length, 'different text')}</span>`;
  return html`<article class="${dead ? 'group deadg' : 'group'}" id="g${row}" data-row><div class="${dead ? 'gh in' : 'gh'}"><h3><a href="${alone}">Group ${row}</a></h3>${told}</div>${problem}<div class="cards">${cards.map((card) => cardOf(card, query, largest))}</div></article>`;
}

function cardOf({ rollouts, seen }: Card, { group, show }: StepQuery, largest: number): Html {
  const [{ text, extracted, verdict, reward, reason, tokens, truncated, advantage }, ...others] = rollouts;
  const right = verdict === 'correct';
  const most = group === undefined ? MOST_CHARACTERS : undefined;
  const shown = show === 'rendered' ? mathText(text) : completionText(text, { extracted, seen, most });
  const names = rollouts.map(({ sample }) => sample).join(' ');
  const which =
    others.length === 0
      ? html`<span>sample ${names}</span>`
      : html`<span><b>${rollouts.length}×</b> samples ${names}</span>`;
  const long = text.length > 400 ? html` tabindex="0" role="group" aria-label="Text of sample ${names}"` : '';
  return html`<div class="c ${right ? 'right' : 'wrong'}"><p class="ch">${which}<span class="v">${right ? '✓' : '✗'} ${number(reward)}</span></p><p class="t"${long}>${shown}</p><p class="adv">${advantage === null ? '' : html`${advantageBar(advantage, largest)}<b>${signed(advantage, 2)}</b>`}<span>${counted(tokens, 'token')}${truncated ? ', cut at the limit' : ''}</span></p><p class="why">${visibleLine(reason)}${extracted === null ? '' : html` · read: <code>${visibleLine(extracted)}</code>`}</p></div>`;
}

/** Right of the middle the text is made likelier, left of it rarer. */
function advantageBar(advantage: number, largest: number): Html | string {
  if (largest === 0) return NONE;
  const width = Math.round((5000 * Math.abs(advantage)) / largest) / 100;
  const left = advantage < 0 ? 50 - width : 50;
  return html`<span class="ab2" aria-hidden="true"><i${advantage < 0 ? html` class="neg"` : ''} style="--l:${left};--w:${width}"></i></span>`;
}

function cardsOf(rollouts: readonly Rollout[]): readonly Card[] {
  const alike = [...Map.groupBy(rollouts, ({ text, reward }) => `${reward} ${text}`).values()];
  const cards = alike.flatMap(([first, ...others]): Card['rollouts'][] =>
    first ? [[first, ...others]] : [],
  );
  const sorted = cards.sort(
    ([a, ...as], [b, ...bs]) => b.reward - a.reward || bs.length - as.length || a.sample - b.sample,
  );
  return sorted.map((each, index) => ({
    rollouts: each,
    seen: Math.max(0, ...sorted.slice(0, index).map(([before]) => sharedWords(before.text, each[0].text))),
  }));
}

/** Length of the beginning that two texts share, in whole words. */
export function sharedWords(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  if (length === b.length) return length;
  const space = b.slice(0, length).search(/\s\S*$/);
  return space + 1;
}
