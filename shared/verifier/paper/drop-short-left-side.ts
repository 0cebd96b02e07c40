/** Keeps the right side of a text with exactly one `=` and at most two characters before it: `k = 5`, `x=5`. */
export function dropShortLeftSide(text: string): string {
  const [left, right, ...more] = text.split('=', 3);
  if (left === undefined || right === undefined || more.length > 0) return text;
  return left.length <= 4 && [...left].length <= 2 ? right : text;
}
