import type { GraderName } from '#shared/records/evaluations.ts';
import { findBoxes } from '#shared/verifier/extract/find-boxes.ts';
import type { JudgedSample } from './judged-shards.ts';

/**
 * Whether a completion does not count as correct although one of its boxes holds a reference answer as written, apart
 * from white space: where a grader may have read the wrong place. Worth a look, no verdict.
 */
export function isSuspect(
  { verdicts, boxed, text }: Pick<JudgedSample, 'verdicts' | 'boxed' | 'text'>,
  grader: GraderName,
  gold: string | readonly string[],
): boolean {
  if (!boxed || verdicts[grader]?.verdict === 'correct') return false;
  const golds = new Set((typeof gold === 'string' ? [gold] : gold).map(packed));
  return boxesIn(text).some((box) => golds.has(packed(box)));
}

/** What stands in the closed boxes of a text, wherever they are, in order. */
export function boxesIn(text: string): readonly string[] {
  return findBoxes(text, { start: 0, end: text.length }).closed.map(({ from, to }) => text.slice(from, to));
}

function packed(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
