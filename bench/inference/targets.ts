import type { BenchResult } from '../bench-result.ts';
import type { Speeds, Standing } from './race.ts';

export type Target = BenchResult['targets'][number];
type Standings = ReadonlyMap<string, Standing>;

/** How many times as fast some must be as others. */
export interface Aim {
  /** Of both sides the fastest counts, of those whose names start so. */
  readonly ours: string;
  readonly theirs: readonly string[];
  readonly at: string;
  readonly of: keyof Speeds;
  readonly times: number;
}

/** Aims of which both sides were measured. */
export function targetsOf(aims: readonly Aim[], standings: Standings): readonly Target[] {
  return aims.flatMap(({ ours, theirs, at, of, times }) => {
    const own = fastest(standings, [ours], at, of);
    const other = fastest(standings, theirs, at, of);
    if (!own || !other) return [];
    const value = own.speed / other.speed;
    const speed = of === 'tokensPerSecond' ? 'decoding' : 'prompts';
    const what = `${speed} ${at}: ${own.name} ÷ ${other.name} ≥ ${times}`;
    return [{ what, value, target: times, met: value >= times }];
  });
}

function fastest(standings: Standings, starts: readonly string[], at: string, of: keyof Speeds) {
  const speeds = [...standings]
    .filter(([name]) => starts.some((start) => name.startsWith(start)))
    .map(([name, { cases }]) => ({ name, speed: cases.get(at)?.[of] ?? Number.NaN }))
    .filter(({ speed }) => !Number.isNaN(speed));
  return speeds.toSorted((a, b) => b.speed - a.speed)[0];
}
