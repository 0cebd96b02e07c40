import { html } from 'hono/html';
import type { Bill, EvaluationCost, TurnTotals } from '../../results/operations/evaluation-cost.ts';
import type { Html } from '../html.ts';
import { counted, durationText, NONE, number } from '../shell/format.ts';
import type { ShownEvaluation } from './operations-data.ts';

/** What an evaluation takes against what was predicted, and what its turns spent their time on. */
export function costTables({ cost }: ShownEvaluation): Html | string {
  if (!cost) return '';
  return html`${costTable(cost)}${turnsTable(cost.turns)}`;
}

function costTable({ completions, predicted, actual, seconds }: EvaluationCost): Html {
  const { tokens, billed } = actual;
  const isPriced = predicted.usd > 0 || billed.deliveries > 0;
  const usd = billed.deliveries > 0 ? billed.usd : undefined;
  return html`<h3 style="margin-top:2rem">What it takes</h3><p class="note">${counted(completions, 'completion')}. Predicted is what plan knows before it begins: a usual length for each benchmark, and what this host asks for so many tokens. Completions that other evaluations had are counted, though nobody made them again. Workers took ${durationText(seconds.generate)} to generate and ${durationText(seconds.verify)} to verify. ${billText(billed)}</p><div class="scroll" tabindex="0" role="region" aria-label="What it takes"><table><thead><tr><th scope="col">Of all completions</th><th class="n" scope="col">Predicted</th><th class="n" scope="col">Actual</th><th class="n" scope="col">Of predicted</th></tr></thead><tbody>${costRow('Tokens', predicted.tokens, tokens ?? undefined, number)}${isPriced ? costRow('US dollars', predicted.usd, usd, dollars) : ''}</tbody></table></div>`;
}

/** What is billed, and what is not. */
function billText({ deliveries, unbilled, seconds, gigabyteSeconds }: Bill): string {
  if (deliveries === 0)
    return unbilled === 0 ? '' : 'Nobody bills their time, as far as it is recorded: 0 US dollars.';
  const others =
    unbilled === 0
      ? ''
      : ` The time of ${counted(unbilled, 'more message')} is billed by nobody, as far as it is recorded.`;
  return `Lambda bills ${durationText(seconds.generate + seconds.verify)} of ${counted(deliveries, 'message')}, starts included: ${number(Math.round(gigabyteSeconds))} GB-seconds, whose price the actual dollars are. Functions that were killed are billed, too, and not among them.${others}`;
}

function costRow(
  name: string,
  predicted: number,
  actual: number | undefined,
  text: (value: number) => string,
): Html {
  const share = actual !== undefined && predicted > 0 ? `${Math.round((100 * actual) / predicted)} %` : NONE;
  return html`<tr><th scope="row">${name}</th><td class="n">${text(predicted)}</td><td class="n">${actual === undefined ? NONE : text(actual)}</td><td class="n">${share}</td></tr>`;
}

function dollars(value: number): string {
  return value > 0 && value < 0.01 ? value.toPrecision(2) : value.toFixed(2);
}

/** In the order in which they come. */
const KINDS = [
  ['wait', 'wait for another worker that rounds'],
  ['fetch', 'fetch the model'],
  ['round', 'round its weights'],
  ['open', 'open the session'],
  ['prompts', 'run prompts'],
  ['steps', 'run steps of one token'],
  ['store', 'store keys and values'],
] as const;

function turnsTable({ turns, handedOver, tokens, caches, seconds, peakBytes }: TurnTotals): Html | string {
  if (turns === 0) return '';
  const rows = KINDS.filter(([kind]) => (seconds[kind] ?? 0) > 0);
  const left = [
    handedOver === 0
      ? ''
      : `${counted(handedOver, 'completion')} handed over, ${number(caches.stored)} with keys and values`,
    caches.late === 0 ? '' : `${number(caches.late)} had no time left to store them`,
    caches.refused === 0 ? '' : `${number(caches.refused)} were not taken by the store`,
    caches.lost === 0 ? '' : `${number(caches.lost)} could not be read`,
    tokens.again === 0 ? '' : `${counted(tokens.again, 'token')} run again`,
  ].filter(Boolean);
  return html`<h3 style="margin-top:2rem">Where workers spent it</h3><p class="note">${counted(turns, 'turn')} of workers that took ${number(Math.round(peakBytes / 2 ** 20))} MiB at most.${left.length > 0 ? ` ${left.join('; ')}.` : ''}</p><div class="scroll" tabindex="0" role="region" aria-label="Where workers spent it"><table><thead><tr><th scope="col">To</th><th class="n" scope="col">Time</th></tr></thead><tbody>${rows.map(([kind, what]) => html`<tr><th scope="row">${what}</th><td class="n">${durationText(seconds[kind] ?? 0)}</td></tr>`)}</tbody></table></div>`;
}
