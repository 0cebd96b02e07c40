const NUMBER = /[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?:\s?\/\s?\d+)?(?:\s?\\?%)?/g;

/** Where the last number of a part of a text stands: `-3`, `1,234.5`, `3/4`, `28\%`. */
export function lastNumberIn(
  text: string,
  start: number,
  end: number,
): readonly [start: number, end: number] | undefined {
  const part = text.slice(start, end);
  NUMBER.lastIndex = 0;
  let last: readonly [number, number] | undefined;
  for (let match = NUMBER.exec(part); match; match = NUMBER.exec(part)) {
    const hyphen = /^[-−]/.test(match[0]) && /\w/.test(part[match.index - 1] ?? ' ');
    last = [start + match.index + (hyphen ? 1 : 0), start + match.index + match[0].replace(/,$/, '').length];
  }
  return last;
}
