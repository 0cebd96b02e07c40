/** `a)`, `(ii)`, `2)`, `\text{(b)}` before a part of an answer. */
const LABEL = /(?:\\text\s*\{\s*)?\(?\s*([a-e]|i{1,3}|iv|v|[1-5])\s*\)(?:\s*\})?/y;
const SERIES = ['a b c d e', 'i ii iii iv v', '1 2 3 4 5'].map((labels) => labels.split(' '));
const FEWEST = 2;

/** The parts of `a) 3, b) 4` in their order; `undefined` for an answer without such labels from the first on. */
export function labelledParts(text: string): readonly string[] | undefined {
  const start = /^\s*/.exec(text)?.[0].length ?? 0;
  const first = labelAt(text, start);
  const series = first && SERIES.find(([one]) => one === first.label);
  if (!series) return undefined;
  const parts: string[] = [];
  let from = first.end;
  for (const label of series.slice(1)) {
    const next = nextLabel(text, from, label);
    if (!next) break;
    parts.push(text.slice(from, next.start));
    from = next.end;
  }
  parts.push(text.slice(from));
  const values = parts.map((part) =>
    part.replaceAll(/^[\s:=]+|(?:\\(?:quad|qquad|[ ,;])|[\s,;.]|\\text\s*\{\s*(?:and)?\s*\})+$/g, ''),
  );
  return values.length >= FEWEST && values.every((value) => value !== '') ? values : undefined;
}

function labelAt(text: string, at: number): { readonly label: string; readonly end: number } | undefined {
  LABEL.lastIndex = at;
  const found = LABEL.exec(text);
  return found?.[1] === undefined ? undefined : { label: found[1], end: LABEL.lastIndex };
}

/** The next place where a label stands after a space or a separator. */
function nextLabel(text: string, from: number, label: string): { start: number; end: number } | undefined {
  for (let at = from + 1; at < text.length; at += 1) {
    if (!/[\s,;}]/.test(text[at - 1] ?? '')) continue;
    const found = labelAt(text, at);
    if (found?.label === label) return { start: at, end: found.end };
  }
  return undefined;
}
