/** Numbers in words, and words that multiply the number before them. */
import { byWord } from './by-word.ts';

const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = /^(?:thousand|million|billion|trillion)$/;

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
    } else if (SCALES.test(word) && group > 0n) {
      total += group * (MULTIPLIERS.get(word)?.[0] ?? 1n);
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

const TIMES = byWord({
  12: 'dozen dozens',
  20: 'score',
  100: 'hundred hundreds',
  144: 'gross',
  1000: 'thousand thousands',
  100000: 'lakh',
  1000000: 'million millions',
  10000000: 'crore',
  1000000000: 'billion billions',
  1000000000000: 'trillion',
});
const PARTS = byWord({
  2: 'half halves',
  3: 'thirds',
  4: 'quarter quarters fourths',
  5: 'fifths',
  6: 'sixths',
  7: 'sevenths',
  8: 'eighths',
  9: 'ninths',
  10: 'tenths',
  100: 'hundredths',
  1000: 'thousandths',
});

/** Words that multiply what stands before them, as numerator and denominator. */
export const MULTIPLIERS = new Map<string, readonly [bigint, bigint]>([
  ...[...TIMES].map(([word, times]) => [word, [BigInt(times), 1n]] as const),
  ...[...PARTS].map(([word, part]) => [word, [1n, BigInt(part)]] as const),
]);
