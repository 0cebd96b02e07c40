/** Characters at the end that are searched for what repeats. */
const LONGEST_SEARCHED = 4000;
/** What repeats less often, or over less text, may be meant: a table, a row of dots. */
const LEAST_TIMES = 4;
const LEAST_CHARACTERS = 120;

/** What a text repeats at its end, the last time perhaps only in part. */
export interface RepeatedEnd {
  /** Length of what repeats, in UTF-16 code units. */
  readonly characters: number;
  readonly times: number;
}

/** Whether a text ends in a loop, as a model does that has lost its way. Linear. */
export function repeatedEnd(text: string): RepeatedEnd | undefined {
  const tail = text.slice(-LONGEST_SEARCHED).split('').reverse();
  const longest = longestLoop(tail);
  if (longest === undefined) return undefined;
  const { period } = longest;
  let start = text.length - longest.length;
  while (start > 0 && text[start - 1] === text[start - 1 + period]) start -= 1;
  return { characters: period, times: Math.floor((text.length - start) / period) };
}

/** The longest beginning that repeats its first `period` characters, by the borders of all beginnings (Knuth, Morris, Pratt). */
function longestLoop(letters: readonly string[]): { length: number; period: number } | undefined {
  const borders = [0];
  let longest: { length: number; period: number } | undefined;
  for (let at = 1, border = 0; at < letters.length; at++) {
    while (border > 0 && letters[at] !== letters[border]) border = borders[border - 1] ?? 0;
    if (letters[at] === letters[border]) border += 1;
    borders.push(border);
    const [length, period] = [at + 1, at + 1 - border];
    if (length >= LEAST_CHARACTERS && length >= LEAST_TIMES * period) longest = { length, period };
  }
  return longest;
}
