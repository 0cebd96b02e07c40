import type { VerdictKind } from '#shared/records/evaluations.ts';
import { extractStrictly } from '#shared/verifier/extract/extract-answer.ts';
import { html, type Markup } from './markup.ts';
import type { ReportCompletion, ReportExample } from './report-data.ts';

/** Completions of the same problems before and after training, the boxed answer marked. */
export function exampleSection(examples: readonly ReportExample[]): Markup {
  if (examples.length === 0) return html``;
  return html`<section>
<h2>Before and after</h2>
<p class="note">Test problems, never trained on. The marked part is the boxed answer that the verifier reads; an answer outside a box does not count.</p>
${examples.map(
  ({ problem, gold, before, after }) => html`<article class="example">
<p class="problem">${problem} <span class="gold">answer ${gold}</span></p>
<div class="pair">${completion('Base', before)}${completion('Trained', after)}</div>
</article>`,
)}
</section>`;
}

const VERDICTS: Readonly<Record<VerdictKind, string>> = {
  correct: '✓ correct',
  incorrect: '✗ incorrect',
  'no-answer': '– no boxed answer',
  'too-hard': '– too long to judge',
};

function completion(who: string, { text, verdict }: ReportCompletion): Markup {
  return html`<div class="completion"><p>${who} <span class="verdict ${verdict}">${VERDICTS[verdict]}</span></p><pre>${withAnswerMarked(text)}</pre></div>`;
}

function withAnswerMarked(text: string): Markup {
  const box = extractStrictly(text);
  if (box.kind === 'none') return html`${text}`;
  const [start, end] = box.span;
  return html`${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end)}`;
}
