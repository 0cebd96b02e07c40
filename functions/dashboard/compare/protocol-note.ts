import { html } from 'hono/html';
import { ProtocolPart } from '#shared/comparison/protocol-differences.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import { flipTotals } from '../../results/evaluations/flip-totals.ts';
import { nothingDiffers, recordingText, samenessText } from '../../results/evaluations/sameness-text.ts';
import type { Html } from '../html.ts';
import { counted } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';

/**
 * What differs besides the weights, what blocks the verdict first: a rule in the colour of the worst, glyphs and words.
 *
 * @param of - the letter of the other side, where there are several
 */
export function protocolNote(comparison: Comparison, of: string | undefined): Html {
  const { differences, benchmarks } = comparison;
  const paired = flipTotals(benchmarks).problems;
  const unpaired = sum(benchmarks.map((row) => row.unpaired));
  const id = of === undefined || of === 'B' ? 'protocol' : `protocol-${of}`;
  const name = of === undefined ? '' : html`<b>${of}</b> `;
  const pairs = `${counted(paired, 'problem')} ${paired === 1 ? 'pairs' : 'pair'}${unpaired === 0 ? '' : `, ${counted(unpaired, 'problem')} ${unpaired === 1 ? 'does' : 'do'} not`}.`;
  if (differences.length === 0)
    return html`<div class="same${isUnproven(comparison) ? ' amber' : ''}" id="${id}"><p>${name}${isUnproven(comparison) ? html`<span class="may">▲ ${nothingDiffers(comparison)}</span>` : html`<span class="ok">✓ ${nothingDiffers(comparison)}</span>`} ${recordingText(comparison)} ${pairs}</p><ul><li>checked: ${ProtocolPart.options.join(', ')}</li></ul></div>`;
  const blocked = differences.some(({ severity }) => severity === 'pairs-do-not-match');
  const heading = blocked
    ? html`<span class="bad">■ Pairs do not match: no verdict.</span>`
    : html`<span class="may">▲ More differs than the weights.</span>`;
  return html`<div class="same ${blocked ? 'red' : 'amber'}" id="${id}"><p>${name}${heading} ${samenessText(comparison)} ${pairs}</p><ul>${differences.map((each) => line(each, of ?? 'B'))}</ul></div>`;
}

/** Of recordings nobody knows what else differs. */
function isUnproven({ recordings: [first, second] }: Comparison): boolean {
  return (first ?? second) !== null && first !== second;
}

function line(
  { what, severity, benchmark, first, second }: Comparison['differences'][number],
  letter: string,
): Html {
  const mark =
    severity === 'pairs-do-not-match'
      ? html`<span class="bad">■ pairs do not match</span>`
      : html`<span class="may">▲ may move scores</span>`;
  return html`<li>${mark} ${what}${benchmark === undefined ? '' : ` of ${benchmark}`}: A <b>${visibleLine(first)}</b>, ${letter} <b>${visibleLine(second)}</b></li>`;
}
