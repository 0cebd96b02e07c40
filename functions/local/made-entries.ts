import type { GenerateShard } from '#shared/messages.ts';
import type { Made } from '#shared/ports/generator.ts';
import type { RunnerEvent } from '#shared/runner-events.ts';

/** Shortest time between two entries: a person watches. */
const EVERY_MS = 500;

/** Logs now and then how many completions and tokens of a shard are made. @param now - milliseconds of a clock */
export function madeEntries(
  log: (event: RunnerEvent) => void,
  now: () => number,
): (shard: GenerateShard, made: Made) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return ({ evaluation, shard }, { completions, tokens }) => {
    if (now() - toldAt < EVERY_MS) return;
    toldAt = now();
    log({ level: 'info', event: 'completions-made', evaluation, shard, completions, tokens });
  };
}
