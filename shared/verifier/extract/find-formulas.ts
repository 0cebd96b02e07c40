import type { Region } from './extraction.ts';

/** A formula; what stands between its marks is `[from, to)`. */
export interface Formula {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

const MARKS = /\\[\\$]|\\\[|\\\]|\\\(|\\\)|\$\$|\$/g;
const CLOSES: Readonly<Record<string, string>> = { '\\[': '\\]', '\\(': '\\)', $$: '$$', $: '$' };

/** All formulas of a text in order: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`. One pass. */
export function findFormulas(text: string, { start, end }: Region): readonly Formula[] {
  const formulas: Formula[] = [];
  let open: { mark: string; at: number } | undefined;
  MARKS.lastIndex = start;
  for (let found = MARKS.exec(text); found && found.index < end; found = MARKS.exec(text)) {
    const [mark] = found;
    if (open && mark === CLOSES[open.mark]) {
      const from = open.at + open.mark.length;
      if (text.slice(from, found.index).trim() !== '')
        formulas.push({ start: open.at, from, to: found.index });
      open = undefined;
    } else if (mark in CLOSES) {
      if (!open || mark.startsWith('\\')) open = { mark, at: found.index };
    }
  }
  return formulas;
}
