import { indexInSource } from './index-in-source.ts';

/** A piece of a completion, not normalised yet. */
export interface PaperAnswer {
  readonly text: string;
  /** Where it stands in the completion, in UTF-16 code units, end exclusive. */
  readonly span: readonly [start: number, end: number];
}

/** A Cyrillic stutter of some models, which the paper's evaluation deletes first. */
const STUTTER = '\u043a\u0438';

/**
 * The answer as the paper's evaluation finds it: "final answer is $…$. I hope", else the last box (which may stay
 * open), else what follows "he answer is", "final answer is" or "答案是", else the last number.
 *
 * @see `extract_answer` of Qwen2.5-Math's evaluation
 */
export function extractPaperAnswer(completion: string): PaperAnswer | undefined {
  if (!completion.includes(STUTTER)) return extract(completion);
  const answer = extract(completion.replaceAll(STUTTER, ''));
  return answer && { text: answer.text, span: spanInSource(completion, STUTTER, answer.span) };
}

function extract(text: string): PaperAnswer | undefined {
  return (
    afterHope(text) ??
    lastBoxed(text) ??
    afterLast(text, 'he answer is') ??
    afterLast(text, 'final answer is') ??
    afterChinese(text) ??
    lastNumber(text)
  );
}

function afterHope(text: string): PaperAnswer | undefined {
  const phrase = 'final answer is $';
  const start = text.indexOf(phrase);
  if (start < 0 || !text.includes('$. I hope')) return undefined;
  return upTo(text, start + phrase.length, '$. I hope');
}

function lastBoxed(text: string): PaperAnswer | undefined {
  const at = text.lastIndexOf('boxed');
  if (at < 0) return undefined;
  const start = at + 'boxed'.length;
  if (text[start] !== '{') return upTo(text, start, '$');
  return piece(text, start + 1, closingBrace(text, start + 1));
}

/** The end of the text where the brace stays open. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function afterLast(text: string, phrase: string): PaperAnswer | undefined {
  const at = text.lastIndexOf(phrase);
  return at < 0 ? undefined : trimmed(text, at + phrase.length, text.length);
}

function afterChinese(text: string): PaperAnswer | undefined {
  const phrase = '答案是';
  const at = text.indexOf(phrase);
  if (at < 0) return undefined;
  const next = text.indexOf(phrase, at + phrase.length);
  const rest = trimmed(text, at + phrase.length, next < 0 ? text.length : next);
  const [start, end] = rest.span;
  const paragraph = rest.text.indexOf('\n\n');
  return trimmed(text, start, paragraph < 0 ? end : start + paragraph);
}

function lastNumber(text: string): PaperAnswer | undefined {
  const plain = text.replaceAll(',', '');
  const last = lastMatch(plain);
  if (!last) return undefined;
  const [number] = last;
  return { text: number, span: spanInSource(text, ',', [last.index, last.index + number.length]) };
}

function lastMatch(text: string): RegExpExecArray | undefined {
  let last: RegExpExecArray | undefined;
  for (const match of text.matchAll(/-?\p{Nd}*\.?\p{Nd}+/gu)) last = match;
  return last;
}

function upTo(text: string, start: number, closing: string): PaperAnswer {
  const end = text.indexOf(closing, start);
  return trimmed(text, start, end < 0 ? text.length : end);
}

function trimmed(text: string, start: number, end: number): PaperAnswer {
  const inside = text.slice(start, end);
  const from = start + inside.length - inside.trimStart().length;
  return piece(text, from, Math.max(from, start + inside.trimEnd().length));
}

function piece(text: string, start: number, end: number): PaperAnswer {
  return { text: text.slice(start, end), span: [start, end] };
}

function spanInSource(
  source: string,
  removed: string,
  [start, end]: PaperAnswer['span'],
): PaperAnswer['span'] {
  const first = indexInSource(source, removed, start);
  return [first, end > start ? indexInSource(source, removed, end - 1) + 1 : first];
}
