/** Whether words only join values of a list: "and", "or", a comma. */
export function isConnector(words: string): boolean {
  return /^\s*[,;]?\s*(?:and|or|und|et|y|oder|ou)?\s*[,;]?\s*$/i.test(words) && /[a-z,;]/i.test(words);
}

/** Of such words, whether they offer a choice. */
export function isOr(words: string): boolean {
  return /\b(?:or|oder|ou)\b/i.test(words);
}
