import type { ExplainedProbe, ExplainedValue, Explanation } from '#shared/verifier/verification.ts';
import { renderRows } from './render-rows.ts';

/** How much of the completion is shown on either side of the answer, in UTF-16 code units. */
const CONTEXT = 40;

/**
 * How a verdict came about: where the answer was found, how both sides were read, and what separated them.
 *
 * @param completion - `undefined` for a bare answer
 */
export function renderExplanation(
  { method, span, golds, answer, reason, probe, fuel }: Explanation,
  completion: string | undefined,
): string {
  const inside = completion !== undefined && span ? { completion, span } : undefined;
  const place = inside ? ` at ${inside.span[0]}–${inside.span[1]}` : '';
  const context = inside ? [inContext(inside)] : [];
  return renderRows([
    ['method', [`${method}${place}`, ...context]],
    ...golds.map((gold) => ['gold', readings(gold)] as const),
    ['answer', answer ? readings(answer) : ['(nothing)']],
    ['rule', [reason]],
    ['probe', probe ? probed(probe) : ['(none was needed)']],
    ['fuel', [String(fuel)]],
  ]);
}

interface Inside {
  readonly completion: string;
  readonly span: readonly [start: number, end: number];
}

function inContext({ completion, span: [start, end] }: Inside): string {
  const before = completion.slice(Math.max(0, start - CONTEXT), start);
  const after = completion.slice(end, end + CONTEXT);
  const cut = [start > CONTEXT ? '…' : '', end + CONTEXT < completion.length ? '…' : ''];
  return `${cut[0]}${before}»${completion.slice(start, end)}«${after}${cut[1]}`;
}

function readings({ text, type, readings: forms }: ExplainedValue): string[] {
  return [text, ...forms.map((form) => `as ${type}: ${form}`), ...(forms.length === 0 ? [`as ${type}`] : [])];
}

function probed({ at, gold, answer, bound, digits }: ExplainedProbe): string[] {
  const point = Object.entries(at).map(([name, value]) => `${name} = ${value}`);
  return [
    `at ${point.join(', ') || 'no variable'}, ${digits} digits`,
    `gold   ${gold}`,
    `answer ${answer}`,
    `rounding explains a difference of up to ${bound}`,
  ];
}
