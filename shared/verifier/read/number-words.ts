/** Numbers in words, and words that multiply the number before them. */

const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: ReadonlyMap<string, bigint> = new Map([
  ['thousand', 1_000n],
  ['million', 1_000_000n],
  ['billion', 1_000_000_000n],
  ['trillion', 1_000_000_000_000n],
]);

/**
 * The number at the beginning of a run of words: "forty-two", "one hundred and five", "three million".
 *
 * @returns its value and how many words it takes, `undefined` where none begins
 */
export function leadingNumber(
  words: readonly string[],
): { readonly value: bigint; readonly length: number } | undefined {
  let total = 0n;
  let group = 0n;
  let length = 0;
  /** The next word must be smaller than this: "twenty one" is 21, "one twenty" is no number. */
  let room = 1_000n;
  for (const [index, written] of words.entries()) {
    const word = written.toLowerCase();
    if (word === 'and' && length > 0 && room === 100n && isPart(words[index + 1])) continue;
    const part = partOf(word);
    if (part !== undefined && part < room) {
      group += part;
      room = part >= 20n && part % 10n === 0n ? 10n : 1n;
    } else if (word === 'hundred' && group > 0n && group < 20n) {
      group *= 100n;
      room = 100n;
    } else if (SCALES.has(word) && group > 0n) {
      total += group * (SCALES.get(word) ?? 1n);
      group = 0n;
      room = 1_000n;
    } else break;
    length = index + 1;
  }
  return length === 0 ? undefined : { value: total + group, length };
}

function isPart(word: string | undefined): boolean {
  return word !== undefined && partOf(word.toLowerCase()) !== undefined;
}

/** 0 to 99, with a hyphen: "seven", "thirty", "thirty-one". */
function partOf(word: string): bigint | undefined {
  const [tens = '', ones] = word.split('-');
  const [ten, one] = [TENS.indexOf(tens), UNITS.indexOf(ones ?? '')];
  if (ones !== undefined) return ten >= 0 && one > 0 && one < 10 ? BigInt(ten * 10 + 20 + one) : undefined;
  const small = UNITS.indexOf(word);
  if (small >= 0) return BigInt(small);
  return ten < 0 ? undefined : BigInt(ten * 10 + 20);
}

/** Words that multiply what stands before them, as numerator and denominator. */
export const MULTIPLIERS: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ['hundred', [100n, 1n]],
  ['hundreds', [100n, 1n]],
  ['thousand', [1_000n, 1n]],
  ['thousands', [1_000n, 1n]],
  ['million', [1_000_000n, 1n]],
  ['millions', [1_000_000n, 1n]],
  ['billion', [1_000_000_000n, 1n]],
  ['billions', [1_000_000_000n, 1n]],
  ['trillion', [1_000_000_000_000n, 1n]],
  ['lakh', [100_000n, 1n]],
  ['crore', [10_000_000n, 1n]],
  ['dozen', [12n, 1n]],
  ['dozens', [12n, 1n]],
  ['gross', [144n, 1n]],
  ['score', [20n, 1n]],
  ['half', [1n, 2n]],
  ['halves', [1n, 2n]],
  ['thirds', [1n, 3n]],
  ['quarter', [1n, 4n]],
  ['quarters', [1n, 4n]],
  ['fourths', [1n, 4n]],
  ['fifths', [1n, 5n]],
  ['sixths', [1n, 6n]],
  ['sevenths', [1n, 7n]],
  ['eighths', [1n, 8n]],
  ['ninths', [1n, 9n]],
  ['tenths', [1n, 10n]],
  ['hundredths', [1n, 100n]],
  ['thousandths', [1n, 1_000n]],
]);
