/** The answer a completion commits itself to, or why there is none. */
export type Extraction =
  | { readonly kind: 'box'; readonly text: string; readonly span: readonly [start: number, end: number] }
  | { readonly kind: 'none'; readonly reason: 'no-box' | 'empty-box' | 'unclosed-box' };

/**
 * Finds the last `\boxed{…}` whose braces close. One pass over the text, no backtracking.
 *
 * - Thoughts are no answer: text up to the last `</think>` is ignored, and so is a thought that never ends.
 * - `\boxed` without braces and `\fbox` are no boxes. A box that was opened last and never closed means that
 *   there is no answer, whatever was boxed before. A box inside another box belongs to the outer one.
 * - Boxes joined only by commas, "and" or "or" are one list, so that hedging earns nothing.
 * - A last box that begins with `\approx` gives way to the exact one before it.
 */
export function extractBox(completion: string): Extraction {
  const { boxes, unclosed } = scanBoxes(completion, ...answerRegion(completion));
  const last = boxes.at(-1);
  if (unclosed >= 0 && unclosed > (last?.start ?? -1)) return { kind: 'none', reason: 'unclosed-box' };
  if (!last) return { kind: 'none', reason: 'no-box' };
  if (boxes.length > 1 && /^\s*(?:\\approx(?![A-Za-z])|≈)/.test(inside(completion, last))) boxes.pop();
  return joinedAnswer(completion, boxes);
}

const OPENING = '\\boxed{';
const LONGEST_JOINER = 60;

/** A closed box: `\boxed{` begins at `start`, its closing brace stands at `end`. */
interface Box {
  readonly start: number;
  readonly end: number;
}

function answerRegion(completion: string): [start: number, end: number] {
  const closing = '</think>';
  const lastClosing = completion.lastIndexOf(closing);
  const start = lastClosing < 0 ? 0 : lastClosing + closing.length;
  const unfinishedThought = completion.indexOf('<think>', start);
  return [start, unfinishedThought < 0 ? completion.length : unfinishedThought];
}

/** All closed outermost boxes in order, and where the last unclosed one begins (−1: none). */
function scanBoxes(text: string, start: number, end: number): { boxes: Box[]; unclosed: number } {
  const boxes: Box[] = [];
  const openBraces: number[] = []; // where a box begins; −1 for any other brace
  let at = start;
  while (at < end) {
    const char = text[at];
    if (char === '\\') {
      const opens = text.startsWith(OPENING, at);
      if (opens) openBraces.push(at);
      at += opens ? OPENING.length : 2; // an escaped brace is no brace
      continue;
    }
    if (char === '{') openBraces.push(-1);
    if (char === '}') closeBrace(openBraces.pop() ?? -1, at, boxes);
    at += 1;
  }
  return { boxes, unclosed: openBraces.findLast((box) => box >= 0) ?? -1 };
}

function closeBrace(start: number, end: number, boxes: Box[]): void {
  if (start < 0) return;
  while ((boxes.at(-1)?.start ?? -1) > start) boxes.pop();
  boxes.push({ start, end });
}

function joinedAnswer(completion: string, boxes: readonly Box[]): Extraction {
  let first = boxes.length - 1;
  while (first > 0 && isJoiner(completion, boxes[first - 1] as Box, boxes[first] as Box)) first -= 1; // indices in range
  const texts = boxes.slice(first).map((box) => inside(completion, box).trim());
  const last = boxes.at(-1) as Box; // the caller found at least one
  if (texts.at(-1) === '') return { kind: 'none', reason: 'empty-box' };
  const alike = new Set(texts).size === 1;
  const head = alike ? last : (boxes[first] as Box);
  return {
    kind: 'box',
    text: alike ? (texts.at(-1) as string) : texts.join(', '),
    span: trimmedSpan(completion, head.start + OPENING.length, last.end),
  };
}

function isJoiner(completion: string, before: Box, after: Box): boolean {
  const gap = completion.slice(before.end + 1, after.start);
  if (gap.length > LONGEST_JOINER) return false;
  const words = gap.replaceAll(/\\(?:text|mathrm|qquad|quad)(?![a-z])|[\s$\\{}()]/g, '');
  return /^(?:,|,?(?:and|or))$/.test(words);
}

function inside(completion: string, box: Box): string {
  return completion.slice(box.start + OPENING.length, box.end);
}

function trimmedSpan(completion: string, start: number, end: number): [number, number] {
  const text = completion.slice(start, end);
  const from = start + text.length - text.trimStart().length;
  return [from, from + text.trim().length];
}
