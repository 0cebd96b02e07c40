/**
 * Replaces each piece from `opening` to the next `closing` by what `replace` makes of its inside. One pass; an
 * opening that never closes stays.
 */
export function replaceEnclosed(
  text: string,
  opening: string,
  closing: string,
  replace: (inside: string) => string,
): string {
  let result = '';
  let from = 0;
  for (;;) {
    const at = text.indexOf(opening, from);
    const end = at < 0 ? -1 : text.indexOf(closing, at + opening.length);
    if (end < 0) return result + text.slice(from);
    result += text.slice(from, at) + replace(text.slice(at + opening.length, end));
    from = end + closing.length;
  }
}
