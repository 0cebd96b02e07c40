/**
 * Whether work of this age is to be sent again: once each at ages T, 2T, 4T, … without any memory, by asking
 * whether one of these ages fell into the time since the sweep before.
 */
export function isDue(
  ageMs: number,
  { patienceMs, intervalMs }: { readonly patienceMs: number; readonly intervalMs: number },
): boolean {
  if (intervalMs === Number.POSITIVE_INFINITY) return true;
  if (ageMs < patienceMs) return false;
  const latest = patienceMs * 2 ** Math.floor(Math.log2(ageMs / patienceMs));
  return latest > ageMs - intervalMs;
}
