/** Digits of every script, which Python reads as numbers, as ASCII ones. */
export function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) as number))); // one digit each
}

const MATHEMATICAL = 0x1d7ce;

/** Unicode has digits in runs of ten that begin at a code ending in 0 or 6, but for the mathematical alphabets. */
function digitValue(code: number): number {
  if (code >= MATHEMATICAL && code < MATHEMATICAL + 50) return (code - MATHEMATICAL) % 10;
  const place = code & 0xf;
  const startsAtZero = /\p{Nd}/u.test(String.fromCodePoint(code - place));
  return (startsAtZero ? place : place - 6) % 10;
}
