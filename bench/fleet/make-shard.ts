import type { Asked } from './completions.ts';
import type { Host } from './host.ts';

/** A completion that is not whole yet: its stored tokens are computed again, as a prompt, where it goes on. */
export interface Open {
  readonly asked: Asked;
  /** Tokens that an earlier function made and stored. */
  readonly made: number;
}

/** What an invocation does with a shard if nothing befalls it. */
export interface Made {
  readonly seconds: number;
  readonly whole: readonly Asked[];
  /** What it hands over when its time is over. */
  readonly left: readonly Open[];
  /** Of stored tokens that were computed again. */
  readonly lostSeconds: number;
}

/**
 * Of a function's time: what it goes on with begins before, so that computing stored tokens again leaves time to add
 * some.
 */
const GOING_ON = 0.5;

interface Row {
  readonly asked: Asked;
  made: number;
}

/**
 * Makes a shard in rows: a row that ends is taken by the next completion at once, whose prompt is computed meanwhile.
 * Samples of a problem share the prompt's computation.
 *
 * @param limitSeconds - after which it stops and hands over; infinite where nobody ends it
 * @throws if the time does not suffice for a single token: its shard would be handed over for ever
 */
export function makeShard(shard: readonly Open[], host: Host, limitSeconds: number): Made {
  const waiting = [...shard];
  const rows: Row[] = [];
  const whole: Asked[] = [];
  const prefilled = new Set<string>();
  let [seconds, lostSeconds] = [0, 0];
  for (;;) {
    for (let next = waiting[0]; next && rows.length < host.rows; next = waiting[0]) {
      const { asked, made } = next;
      if (rows.length > 0 && seconds >= (made > 0 ? GOING_ON : 1) * limitSeconds) break;
      waiting.shift();
      const again = host.prefillSeconds(made);
      seconds += again + (prefilled.has(asked.problem) ? 0 : host.prefillSeconds(asked.promptTokens));
      lostSeconds += again;
      prefilled.add(asked.problem);
      rows.push({ asked, made });
    }
    if (rows.length === 0) break;
    const positions = rows.reduce((sum, { asked, made }) => sum + asked.promptTokens + made, 0);
    const secondsOf = (steps: number) => host.decodeSeconds(steps, rows.length, positions);
    const shortest = Math.min(...rows.map(({ asked, made }) => asked.tokens - made));
    const steps = mostWithin(limitSeconds - seconds, shortest, secondsOf);
    seconds += secondsOf(steps);
    for (const row of rows) row.made += steps;
    if (steps < shortest) break;
    for (const row of rows.filter(({ asked, made }) => made === asked.tokens)) {
      whole.push(row.asked);
      rows.splice(rows.indexOf(row), 1);
    }
  }
  const left = [...rows, ...waiting];
  if (left.length === shard.length && left.every(({ made }, i) => made === shard[i]?.made))
    throw new Error(`no token within ${limitSeconds} s`);
  return { seconds, whole, left, lostSeconds };
}

/** The largest whole number up to `most` that takes no longer. */
function mostWithin(seconds: number, most: number, secondsOf: (steps: number) => number): number {
  if (secondsOf(most) <= seconds) return most;
  let [fits, tooMany] = [0, most];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >>> 1;
    if (secondsOf(middle) <= seconds) fits = middle;
    else tooMany = middle;
  }
  return fits;
}
