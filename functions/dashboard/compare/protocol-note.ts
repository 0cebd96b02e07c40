import { html } from 'hono/html';
import { ProtocolPart } from '#shared/comparison/protocol-differences.ts';
import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import type { Html } from '../html.ts';
import { counted } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';

/** What differs besides the weights, what blocks the verdict first: a rule in the colour of the worst, glyphs and words. */
export function protocolNote({ differences, sameModel, benchmarks }: Comparison): Html {
  const sum = (of: 'problems' | 'unpaired') => benchmarks.reduce((total, row) => total + row[of], 0);
  const [paired, unpaired] = [sum('problems'), sum('unpaired')];
  const pairs = `${counted(paired, 'problem')} ${paired === 1 ? 'pairs' : 'pair'}${unpaired === 0 ? '' : `, ${counted(unpaired, 'problem')} ${unpaired === 1 ? 'does' : 'do'} not`}.`;
  if (differences.length === 0)
    return html`<div class="same" id="protocol"><p><span class="ok">✓ ${sameModel ? 'Nothing differs, not even the weights.' : 'Nothing differs but the weights.'}</span> ${pairs}</p><ul><li>checked: ${ProtocolPart.options.join(', ')}</li></ul></div>`;
  const blocked = differences.some(({ severity }) => severity === 'pairs-do-not-match');
  const weights = sameModel ? ' Both are of the same weights.' : '';
  const heading = blocked
    ? html`<span class="bad">■ Pairs do not match: no verdict.</span>`
    : html`<span class="may">▲ More differs than the weights.</span>`;
  return html`<div class="same ${blocked ? 'red' : 'amber'}" id="protocol"><p>${heading}${weights} ${pairs}</p><ul>${differences.map(line)}</ul></div>`;
}

function line({ what, severity, benchmark, first, second }: Comparison['differences'][number]): Html {
  const mark =
    severity === 'pairs-do-not-match'
      ? html`<span class="bad">■ pairs do not match</span>`
      : html`<span class="may">▲ may move scores</span>`;
  return html`<li>${mark} ${what}${benchmark === undefined ? '' : ` of ${benchmark}`}: A <b>${visibleLine(first)}</b>, B <b>${visibleLine(second)}</b></li>`;
}
