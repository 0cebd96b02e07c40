/**
 * Puts braces round the arguments of each `\frac`: `\frac12` becomes `\frac{1}{2}`, `\frac1{72}` becomes
 * `\frac{1}{72}`. A `\frac` with a single character after it leaves the whole text as it is.
 *
 * @returns `undefined` where nothing at all follows a `\frac` (the paper's training grader fails there)
 */
export function fixFractions(text: string): string | undefined {
  const [head = '', ...rest] = text.split('\\frac');
  const fixed = [head];
  for (const piece of rest) {
    if (piece === '') return undefined;
    const braced = piece.startsWith('{') ? piece : braceArguments(piece);
    if (braced === undefined) return text;
    fixed.push(braced);
  }
  return fixed.join('\\frac');
}

function braceArguments(piece: string): string | undefined {
  const arguments_ = /^(.)(.)/su.exec(piece);
  if (!arguments_) return undefined;
  const [both, first, second] = arguments_;
  const after = piece.slice(both.length);
  return second === '{' ? `{${first}}{${after}` : `{${first}}{${second}}${after}`;
}
