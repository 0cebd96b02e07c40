const ZERO = 0xff10;

/** Full-width digits, which Python reads as numbers, as ASCII ones. */
export function asciiDigits(text: string): string {
  return text.replaceAll(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - ZERO));
}
