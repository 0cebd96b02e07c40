/**
 * Where the character at `index` of a text without any `removed` stands in the text before they were taken out.
 *
 * @param removed - not empty
 */
export function indexInSource(source: string, removed: string, index: number): number {
  let at = index;
  for (let from = 0; ; ) {
    const next = source.indexOf(removed, from);
    if (next < 0 || next > at) return at;
    at += removed.length;
    from = next + removed.length;
  }
}
