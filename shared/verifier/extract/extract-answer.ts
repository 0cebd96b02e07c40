import { answerRegion } from './answer-region.ts';
import { extractBox } from './extract-box.ts';
import { extractPhrase } from './extract-phrase.ts';
import { type Extraction, type Region, trimmed } from './extraction.ts';
import { findBoxes } from './find-boxes.ts';
import { findFormulas } from './find-formulas.ts';
import { lastNumberIn } from './last-number-in.ts';
import { blanked, type Span, visibleText } from './visible-text.ts';

/** A completion that short and without prose is its own answer. */
const LONGEST_WHOLE = 400;
const LONGEST_BARE = 80;

/** Strict: only a closed box with braces. */
export function extractStrictly(completion: string): Extraction {
  const text = visibleText(completion);
  return extractBox(text, answerRegion(text), true);
}

/** Tolerant: a box, else "the answer is", the last formula, the last number, a short text as a whole. */
export function extractTolerantly(completion: string): Extraction {
  const text = visibleText(completion);
  const region = answerRegion(text);
  const box = extractBox(text, region, false);
  if (box.kind === 'found' || box.reason !== 'no-box') return box;
  return extractOutsideBoxes(withoutBoxes(text, region), region) ?? { kind: 'none', reason: 'no-answer' };
}

/** Boxes that nobody means are no formulas and no numbers either. */
function withoutBoxes(text: string, region: Region): string {
  const spans = findBoxes(text, region).closed.map(({ start, to, end }): Span => [start, end < 0 ? to : end]);
  return spans.length === 0 ? text : blanked(text, spans);
}

function extractOutsideBoxes(text: string, region: Region): Extraction | undefined {
  return (
    extractPhrase(text, region) ??
    bareText(text, region) ??
    lastFormula(text, region) ??
    lastNumber(text, region) ??
    wholeText(text, region)
  );
}

/** A bare answer may still come with boxes or stop marks around it. */
export function extractGiven(answer: string): string {
  if (!answer.includes('\\boxed') && !answer.includes('<')) return answer;
  const region = answerRegion(answer);
  const box = extractBox(answer, region, false);
  return box.kind === 'found' && isWrapped(answer, region)
    ? box.text
    : answer.slice(region.start, region.end);
}

/** Nothing but boxes, what joins them, and marks of formulas. */
function isWrapped(answer: string, { start, end }: Region): boolean {
  return /^[\s$\\([]*\\(?:boxed|fbox)/.test(answer.slice(start, Math.min(end, start + 40)));
}

function bareText(text: string, region: Region): Extraction | undefined {
  const [from, to] = trimmed(text, region.start, region.end);
  const written = text.slice(from, to);
  const bare =
    to > from &&
    to - from <= LONGEST_BARE &&
    !/[a-z]{3,}\s|\s[a-z]{3,}|\n|\$/.test(written.replaceAll(/\\[A-Za-z]+/g, ''));
  return bare ? found('whole', text, from, to) : undefined;
}

/** The last formula, unless a number ends the text after it. */
function lastFormula(text: string, region: Region): Extraction | undefined {
  const last = findFormulas(text, region).at(-1);
  if (!last) return undefined;
  const number = lastNumberIn(text, last.to, region.end);
  const closing = number && /^[\s%a-z]{0,20}[.!]?\s*$/.test(text.slice(number[1], region.end));
  return closing ? found('number', text, ...number) : found('formula', text, last.from, last.to);
}

function lastNumber(text: string, region: Region): Extraction | undefined {
  const last = lastNumberIn(text, region.start, region.end);
  return last && found('number', text, ...last);
}

function wholeText(text: string, region: Region): Extraction | undefined {
  const [from, to] = trimmed(text, region.start, region.end);
  return to > from && to - from <= LONGEST_WHOLE ? found('whole', text, from, to) : undefined;
}

function found(method: 'formula' | 'number' | 'whole', text: string, start: number, end: number): Extraction {
  const [from, to] = trimmed(text, start, end);
  return { kind: 'found', method, text: text.slice(from, to), span: [from, to] };
}
