import type { Lent } from '#shared/driver-events.ts';

/** What a step gave to the scoring of checkpoints; `undefined` where nothing. @param seconds - of its phases */
export function lentBy(seconds: Readonly<Record<string, number>>, cpuSeconds: number): Lent | undefined {
  const { turn: waitSeconds = 0 } = seconds;
  return waitSeconds > 0 || cpuSeconds > 0 ? { waitSeconds, cpuSeconds } : undefined;
}
