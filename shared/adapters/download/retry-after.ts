/**
 * What a `Retry-After` asks for, in milliseconds from now: seconds, or a date. `undefined` for what is neither.
 *
 * @param now - milliseconds since 1970
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(/^[A-Za-z]/.test(header) ? header : ''); // it takes numbers for years
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
