import type { GenerateShard } from '#shared/messaging/messages.ts';
import type { Made } from '#shared/ports/generator.ts';
import type { RunnerEvent } from '#shared/runner-events.ts';

/** Shortest time between two entries about a shard: a person watches. */
const EVERY_MS = 500;

/** Logs now and then how many completions and tokens of a shard are made. @param now - milliseconds of a clock */
export function madeEntries(
  log: (event: RunnerEvent) => void,
  now: () => number,
): (shard: GenerateShard, made: Made) => void {
  const toldAt = new Map<string, number>();
  return ({ evaluation, shard }, { completions, tokens }) => {
    const [name, at] = [`${evaluation} ${shard}`, now()];
    if (at - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return;
    for (const [other, told] of toldAt) if (at - told >= EVERY_MS) toldAt.delete(other); // they need not be remembered
    toldAt.set(name, at);
    log({ level: 'info', event: 'completions-made', evaluation, shard, completions, tokens });
  };
}
