/** The inside of a box and where it begins. */
export interface LastBox {
  readonly text: string;
  readonly start: number;
}

const COMMAND = '\\boxed';

/**
 * The last `\boxed{…}` as the paper's training grader finds it: from the last `\boxed`, braces counted to the first
 * point where they balance, escaped ones too. `\fbox` is no box.
 */
export function lastBox(text: string): LastBox | 'no-box' | 'unbalanced-box' | 'unbraced-box' {
  const at = text.lastIndexOf(COMMAND);
  if (at < 0) return 'no-box';
  const end = closingBrace(text, at);
  if (end < 0) return 'unbalanced-box';
  const start = at + COMMAND.length + 1;
  return text[start - 1] === '{' ? { text: text.slice(start, end), start } : 'unbraced-box';
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{') depth += 1;
    if (char !== '}') continue;
    depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
