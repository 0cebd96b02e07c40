import type { Region } from './extraction.ts';
import type { Box } from './find-boxes.ts';
import type { Span } from './visible-text.ts';

/** How far around a box words are read that say whose answer it is. */
const REACH = 160;
/** How far before a box a "not" is looked for: it stands right before. */
const NOT_REACH = 48;

/**
 * The boxes by which a completion answers. Never one in a block of code, or one behind "not". Where others are left, none
 * in quotation marks, none that somebody else "might write", none that is called wrong.
 */
export function meantBoxes(text: string, boxes: readonly Box[], region: Region): readonly Box[] {
  const fences = codeBlocks(text, region);
  const own = boxes.filter((box) => !fences.some(([from, to]) => from <= box.start && box.start < to));
  const stated = own.filter((box) => !isNegated(text, box, region));
  if (stated.length < 2) return stated;
  const meant = stated.filter(
    (box) => !isQuoted(text, box, region) && !isOfOthers(text, box, region) && !isCalledWrong(text, box),
  );
  return meant.length === 0 ? stated : meant;
}

const FENCE = /(?:^|\n)[ \t]{0,3}(?:```|~~~)[^\n]*/g;

/** Fenced blocks; one that never closes goes on to the end. */
function codeBlocks(text: string, { start, end }: Region): readonly Span[] {
  if (!text.includes('```') && !text.includes('~~~')) return [];
  const marks = [...text.slice(start, end).matchAll(FENCE)].map(({ index }) => start + index);
  const blocks: Span[] = [];
  for (let at = 0; at < marks.length; at += 2) blocks.push([marks[at] as number, marks[at + 1] ?? end]); // in range
  return blocks;
}

function before(text: string, box: Box, { start }: Region, reach = REACH): string {
  return text.slice(Math.max(start, box.start - reach), box.start);
}

function after(text: string, box: Box): string {
  const end = box.end < 0 ? box.to : box.end;
  return text.slice(end, end + REACH);
}

const NEGATION =
  /(?:\b(?:(?:can)?not|never|\w+n['’]t|rather than|instead of|nor|neither)(?: be| equal(?: to)?)?|≠|\\neq?)[\s$\\([*]*$/i;

function isNegated(text: string, box: Box, region: Region): boolean {
  return NEGATION.test(before(text, box, region, NOT_REACH));
}

const QUOTES = ['""', '“”', '‘’', '«»', '``'];

/** Between quotation marks of one line, or on a line that is quoted by `>`. */
function isQuoted(text: string, box: Box, region: Region): boolean {
  const lead = before(text, box, region);
  const line = lead.slice(lead.lastIndexOf('\n') + 1);
  if (/^[ \t]*>/.test(line)) return true;
  return QUOTES.some(([open = '', close = '']) => {
    if (!line.includes(open)) return false;
    const isOpen =
      open === close ? line.split(open).length % 2 === 0 : line.lastIndexOf(open) > line.lastIndexOf(close);
    return isOpen && (after(text, box).split('\n', 1)[0] as string).includes(close); // split gives one at least
  });
}

const OTHERS =
  /\b(?:students?|someone|somebody|people|others|they|he|she|one|beginners?|many|readers?|learners?|it would be wrong|(?:do|does|did|should|must|would|could) not|(?:don|doesn|didn|shouldn|wouldn|mustn)['’]t|wrongly|mistakenly|incorrectly|a common (?:mistake|error)|for (?:example|instance)|e\.g\.)\b[^.!?\n]*$/i;
const CLAIMS =
  /\b(?:might|may|could|would|often|sometimes|do not|don['’]t|should(?: not|n['’]t)|wrongly|mistakenly|incorrectly|mistake|error|writes?|wrote|says?|said|claims?|answers?|think|guess)\b/i;

/** "a student might write \boxed{5}" */
function isOfOthers(text: string, box: Box, region: Region): boolean {
  const found = OTHERS.exec(before(text, box, region))?.[0];
  return found !== undefined && CLAIMS.test(found);
}

const WRONG =
  /^[\s$)\]*\\.,]*(?:is|was|would be|are|were)?\s*(?:also\s+)?(?:wrong|incorrect|not (?:correct|right|the answer)|a mistake|an error)\b/i;

function isCalledWrong(text: string, box: Box): boolean {
  return WRONG.test(after(text, box));
}
