/** Words without what typesetting adds: case, spaces, commands of type, quotes, a closing stop. Linear. */
export function textKey(text: string): string {
  return wordsOf(valueKey(text));
}

/** What `textKey` makes of a text whose `valueKey` is known. */
export function wordsOf(key: string): string {
  return key
    .replaceAll(/[{}']/g, '')
    .toLowerCase()
    .replace(/[.,;]$/, '');
}

/** The same with case and braces, for values: `C` is not `c`, `1 7` is not `17`, `2^{n}-1` is not `2^{n-1}`. */
export function valueKey(text: string): string {
  return withoutPunctuation(text)
    .replaceAll(SETTING, '')
    .replaceAll(/(?<=\d)(?:\s|\\[ ,;:!])+(?=\d)/g, '␣')
    .replaceAll(/\\[ ,;:!]|[\s$"“”‘’`~]/g, '')
    .replace(/(?:[.,;]|\\)$/, '');
}

const SETTING =
  /\\(?:text(?:bf|it|rm|sf|tt|normal|md|up)?|mbox|hbox|mathrm|mathbf|mathit|operatorname|left|right|displaystyle|quad|qquad|boxed)(?![A-Za-z])|\\[()[\]]/g;

const BEHIND = ' \n\t\r.,;:$。，、；：．';

/** Without colons before and stops, commas and colons behind: what a sentence adds to its answer. */
export function withoutPunctuation(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && ' \n\t\r:$'.includes(text.charAt(from))) from += 1;
  while (to > from && BEHIND.includes(text.charAt(to - 1)) && !text.slice(from, to).endsWith('...')) to -= 1;
  return text.slice(from, to);
}
