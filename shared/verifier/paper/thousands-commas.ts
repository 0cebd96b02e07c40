// Takes the character after the group along, so that of two commas in a row only the first goes in one pass.
const THOUSANDS = /(\p{Nd}),(\p{Nd}{3})($|\P{Nd})/gu;

/**
 * Removes commas between a digit and a group of exactly three digits, over and over until nothing changes. A comma
 * whose group grew before its turn came survives: `1,234,567,890` becomes `1234,567890`, as in the paper's code.
 */
export function dropThousandsCommas(text: string): string {
  let before = text;
  for (;;) {
    const after = before.includes(',') ? before.replaceAll(THOUSANDS, '$1$2$3') : before;
    if (after === before) return after;
    before = after;
  }
}
