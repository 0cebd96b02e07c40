/** Whether words only join values of a list: "and", "or", a comma. */
export function isConnector(words: string): boolean {
  return /^\s*[,;]?\s*(?:and|or|und|et|y|oder|ou)?\s*[,;]?\s*$/i.test(words) && /[a-z,;]/i.test(words);
}
