import { asciiDigits } from './ascii-digits.ts';

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen';
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety';
const VALUES: ReadonlyMap<string, number> = new Map([
  ...ONES.split(' ').map((word, value): [string, number] => [word, value]),
  ...TENS.split(' ').map((word, at): [string, number] => [word, 20 + 10 * at]),
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1e6],
  ['billion', 1e9],
]);
const SCALES = ['billion', 'million', 'thousand'];

/**
 * The number in a text, written in digits, as Python's word2number 1.1 finds it: words that are no numbers are passed
 * over ("one of the two" is 3), digits alone lose their leading zeros.
 *
 * @returns `undefined` where word2number raises
 */
export function wordNumber(text: string): string | undefined {
  const plain = asciiDigits(text.replaceAll('-', ' ').toLowerCase());
  if (/^[0-9]+$/.test(plain)) return plain.replace(/^0+(?=[0-9])/, '');
  const words = plain.split(/\s+/).filter((word) => VALUES.has(word) || word === 'point');
  if (words.length === 0) return undefined;
  if ([...SCALES, 'point'].some((scale) => words.indexOf(scale) !== words.lastIndexOf(scale)))
    return undefined;
  const point = words.indexOf('point');
  const whole = wholePart(point < 0 ? words : words.slice(0, point));
  if (whole === undefined) return undefined;
  return String(whole + (point < 0 ? 0 : decimalPart(words.slice(point + 1))));
}

function wholePart(words: readonly string[]): number | undefined {
  if (words.length <= 1) return VALUES.get(words[0] ?? 'zero');
  let sum = 0;
  let from = 0;
  for (const scale of SCALES) {
    const at = words.indexOf(scale);
    if (at < 0) continue;
    const times = at < from ? undefined : formed(words.slice(from, at));
    if (times === undefined) return undefined; // "thousand two million", "million" without a number before it
    sum += times * (VALUES.get(scale) ?? 0);
    from = at + 1;
  }
  const rest = afterScales(words);
  if (rest === undefined) return sum;
  const hundreds = formed(rest);
  return hundreds === undefined ? undefined : sum + hundreds;
}

/** After the smallest scale that is not the last word; so "two million three thousand" counts "three thousand" twice. */
function afterScales(words: readonly string[]): readonly string[] | undefined {
  const scales = SCALES.map((scale) => words.indexOf(scale)).filter((at) => at >= 0);
  if (scales.length === 0) return words;
  const last = scales.findLast((at) => at !== words.length - 1);
  return last === undefined ? undefined : words.slice(last + 1);
}

/** Up to four words: "two hundred forty one" is 2·100 + 40 + 1, "nine nine nine" 9·9 + 9; of more, the first. */
function formed(words: readonly string[]): number | undefined {
  const [a, b, c, d] = words.map((word) => VALUES.get(word) ?? 0);
  if (a === undefined || b === undefined || words.length > 4) return a;
  if (c === undefined) return a === 100 || b === 100 ? a * b : a + b;
  return a * b + c + (d ?? 0);
}

function decimalPart(words: readonly string[]): number {
  const digits = words.map((word) => VALUES.get(word) ?? 10);
  return digits.length > 0 && digits.every((digit) => digit < 10) ? Number(`0.${digits.join('')}`) : 0;
}
