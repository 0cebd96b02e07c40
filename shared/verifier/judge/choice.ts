/** The letter of an option, where an answer is one: `B`, `(B)`, `\text{(B)}`; `B) 7` and `B. Because …` of longer text. */
export function choiceOf(text: string): string | undefined {
  const written = text
    .replaceAll(/\\(?:text(?:bf|it|rm|normal)?|mbox|mathrm|mathbf|left|right)(?![A-Za-z])|[{}$*]/g, '')
    .trim()
    .replace(/^(?:the )?(?:correct )?(?:option|choice|answer):?\s+(?=\(?[A-J]\)?[.:]?$)/i, '');
  const bare = /^\(?([A-Z])\)?[.:]?$/.exec(written);
  if (bare) return bare[1];
  const labelled =
    /^\(?([A-J])(?:\)|[.:])\s*\S/.exec(written) ??
    /^\(?([A-J])\)?,\s+[a-z'’]{2,}/.exec(written) ??
    /^([A-J])\s+[A-Z]?[a-z]{2,}/.exec(written);
  if (!labelled || /^\(?[A-J]\)?[,.]?\s+(?:or|and)\b/.test(written)) return undefined;
  return labelled[1];
}
