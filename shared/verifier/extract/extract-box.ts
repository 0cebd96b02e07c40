import { type Extraction, type Region, trimmed } from './extraction.ts';
import { type Box, findBoxes } from './find-boxes.ts';
import { meantBoxes } from './meant-boxes.ts';

const LONGEST_UNIT = 80;
const LONGEST_JOINER = 80;
/** A list of more is no answer to anything. */
const MOST_BOXES = 100;

/**
 * The last box, with those that only commas, "and" or "or" join to it: hedging makes a list, which earns nothing.
 *
 * A box that was opened last and never closed means that there is no answer, whatever was boxed before. A last box
 * that is an approximation gives way to the exact one before it.
 *
 * @param strict - only boxes with braces count
 */
export function extractBox(text: string, region: Region, strict: boolean): Extraction {
  const found = findBoxes(text, region);
  const closed = strict ? found.closed.filter(({ end }) => end >= 0) : found.closed;
  const boxes = [...meantBoxes(text, closed, region)];
  if (found.unclosed >= 0 && found.unclosed > (boxes.at(-1)?.start ?? -1))
    return { kind: 'none', reason: 'unclosed-box' };
  if (isApproximation(text, boxes)) boxes.pop();
  const last = boxes.at(-1);
  return last ? joined(text, boxes, last) : { kind: 'none', reason: 'no-box' };
}

function isApproximation(text: string, boxes: readonly Box[]): boolean {
  const [before, last] = boxes.slice(-2);
  if (!before || !last) return false;
  if (/^\s*(?:\\approx(?![A-Za-z])|≈)/.test(text.slice(last.from, last.to))) return true;
  const gap = text.slice(Math.max(before.to, last.start - 20), last.start);
  return /(?:\\approx|≈)[\s$\\(]*$/.test(gap);
}

function joined(text: string, boxes: readonly Box[], last: Box): Extraction {
  const list = joinedBoxes(text, boxes);
  const texts = list.map((box) => contentOf(text, box));
  const [first = ''] = texts;
  if (texts.at(-1) === '') return { kind: 'none', reason: 'empty-box' };
  const alike = texts.every((each) => each === first);
  return {
    kind: 'found',
    method: alike ? 'box' : 'boxes',
    text: alike ? first : texts.join(' , '),
    ...(alike && last.end >= 0 && { after: text.slice(last.end, last.end + LONGEST_UNIT) }),
    span: trimmed(text, alike ? last.from : (list[0] ?? last).from, last.to),
  };
}

/** The last boxes that are one list, in order. */
function joinedBoxes(text: string, boxes: readonly Box[]): readonly Box[] {
  let first = boxes.length - 1;
  const least = Math.max(0, boxes.length - MOST_BOXES);
  while (first > least && areJoined(text, boxes[first - 1] as Box, boxes[first] as Box)) first -= 1; // in range
  return boxes.slice(first);
}

function contentOf(text: string, box: Box): string {
  const [from, to] = trimmed(text, box.from, box.to);
  return text.slice(from, to);
}

/**
 * Whether only a comma, "and" or "or" stands between two boxes, besides a unit after the first and a name before the
 * second: `\boxed{1} papers and y_2 = \boxed{2}`. Nothing at all joins too.
 */
function areJoined(text: string, before: Box, after: Box): boolean {
  const start = before.end < 0 ? before.to : before.end;
  const gap = text.slice(start, after.start);
  if (gap.length > LONGEST_JOINER) return false;
  const words = gap
    .replaceAll(/\\(?:text|mathrm|qquad|quad)(?![a-z])|[$\\{}()[\]~]/g, ' ')
    .trim()
    .replace(/(?<![A-Za-z])[A-Za-z]\w{0,12}\s*=$/, '')
    .trim();
  // boxes side by side are one list, those of two paragraphs are not
  if (words === '') return gap.includes('=') || !gap.includes('\n\n');
  return /^(?:[a-z]{2,14}\s+)?(?:,|;|,?\s*(?:and|or))$/.test(words);
}
