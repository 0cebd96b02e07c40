/** A time of day. */
export interface ClockTime {
  readonly hours: number;
  readonly minutes: number;
  readonly half: 'a' | 'p' | undefined;
}

/** Reads `4:30 p.m.` from text without spaces and in lower case. */
export function clockTimeOf(key: string): ClockTime | undefined {
  const found = /^(\d{1,2}):([0-5]\d)(?:([ap])\.?m\.?)?$/.exec(key);
  if (!found) return undefined;
  return { hours: Number(found[1]), minutes: Number(found[2]), half: found[3] as 'a' | 'p' | undefined };
}

/** Half of the day may be left out by one side. */
export function sameTime(a: ClockTime, b: ClockTime): boolean {
  if (a.hours !== b.hours || a.minutes !== b.minutes) return false;
  return a.half === undefined || b.half === undefined || a.half === b.half;
}
