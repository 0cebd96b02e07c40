import { ANSWER_PHRASES } from './answer-phrases.ts';
import { type Extraction, type Region, trimmed } from './extraction.ts';
import { findFormulas } from './find-formulas.ts';
import { lastNumberIn } from './last-number-in.ts';

const PHRASE = new RegExp(`${ANSWER_PHRASES}|<answer>`, 'giu');
const SENTENCE_END =
  /[.!](?:\s|$)|[。！]|\n|(?:,?\s{1,4}(?:because|since|which|so that|as\s))|\bI hope\b|<\||<\/answer>/;

/** What follows the last "the answer is", "Answer:" or "####": its formula, else the words to the end of the sentence. */
export function extractPhrase(text: string, region: Region): Extraction | undefined {
  const start = lastPhraseEnd(text, region);
  if (start === undefined) return undefined;
  const [from] = trimmed(text, start, region.end);
  const line = text.slice(from, Math.min(region.end, lineEnd(text, from, region.end)));
  const formula = findFormulas(line, { start: 0, end: line.length })[0];
  const near = formula && formula.start < 60 && !/\d/.test(line.slice(0, formula.start));
  const cut = near
    ? { start: from + formula.from, end: from + formula.to }
    : { start: from, end: from + sentence(line) };
  const stated = near ? undefined : statedIn(text, cut.start, cut.end);
  const span = stated ?? undecorated(text, ...trimmed(text, cut.start, cut.end));
  if (span[0] >= span[1]) return undefined;
  return { kind: 'found', method: 'phrase', text: text.slice(...span), span };
}

/** In a sentence such as "the largest number of points is 19" the last number or formula, if it offers no choice. */
function statedIn(text: string, start: number, end: number): readonly [number, number] | undefined {
  const sentence = text.slice(start, end);
  const prose = sentence.match(/(?<![\\A-Za-z])[A-Za-z]{3,}(?![A-Za-z{])/g)?.length ?? 0;
  if (prose < 3 || /\b(?:or|either|between|not)\b/.test(sentence)) return undefined;
  const formula = findFormulas(text, { start, end }).at(-1);
  const number = lastNumberIn(text, start, end);
  if (!number) return formula && trimmed(text, formula.from, formula.to);
  return formula && formula.to > number[0] ? trimmed(text, formula.from, formula.to) : number;
}

function lastPhraseEnd(text: string, { start, end }: Region): number | undefined {
  const part = text.slice(start, end);
  PHRASE.lastIndex = 0;
  let last: number | undefined;
  for (let found = PHRASE.exec(part); found; found = PHRASE.exec(part)) last = start + PHRASE.lastIndex;
  return last;
}

/** A displayed formula goes over several lines. */
function lineEnd(text: string, from: number, end: number): number {
  const displayed = text.startsWith('$$', from) || text.startsWith('\\[', from);
  const next = text.indexOf('\n', from);
  if (displayed) return Math.min(end, from + 2_000);
  return next < 0 ? end : next;
}

function sentence(line: string): number {
  const found = SENTENCE_END.exec(line);
  return found ? found.index : line.length;
}

/** Without emphasis and brackets of typesetting. */
function undecorated(text: string, start: number, end: number): readonly [number, number] {
  let [from, to] = [start, end];
  while (text.startsWith('**', from) && from < to) from += 2;
  while (to - 2 >= from && text.startsWith('**', to - 2)) to -= 2;
  return trimmed(text, from, to);
}
