import { CAUTION } from '#functions/generate/storing-speed.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Asked } from './completions.ts';
import type { Host } from './host.ts';

/** A completion that is not whole yet. */
export interface Open {
  readonly asked: Asked;
  /** Tokens that an earlier function made and stored. */
  readonly made: number;
  /** Whether their keys and values are stored as well; else the tokens are run again one by one. */
  readonly cached: boolean;
}

/** What an invocation does with a shard if nothing befalls it. */
export interface Made {
  readonly seconds: number;
  readonly whole: readonly Asked[];
  /** What it hands over when its time is over. */
  readonly left: readonly Open[];
  /** Of reading and storing keys and values; what is run again is not in it. */
  readonly handOverSeconds: number;
}

export interface Turn {
  /** After which it stops and hands over; infinite where nobody ends it. */
  readonly limitSeconds: number;
  /** From and to the store. */
  readonly bytesPerSecond: number;
}

interface Row {
  readonly open: Open;
  /** Tokens whose keys and values are there. */
  ran: number;
}

/**
 * Makes a shard in rows: a row that ends is taken by the next completion at once, whose prompt is computed meanwhile.
 * Samples of a problem share the prompt's computation. It stops as early as the generate stage does to store keys and values.
 *
 * @throws if the time does not suffice for a single token: its shard would be handed over for ever
 */
export function makeShard(shard: readonly Open[], host: Host, { limitSeconds, bytesPerSecond }: Turn): Made {
  const waiting = [...shard];
  const rows: Row[] = [];
  const whole: Asked[] = [];
  const prefilled = new Set<string>();
  const moving = (positions: number) => (positions * host.keyValueBytes) / bytesPerSecond;
  let [seconds, handOverSeconds] = [0, 0];
  for (;;) {
    for (let next = waiting[0]; next && rows.length < host.rows; next = waiting[0]) {
      if (rows.length > 0 && seconds >= limitSeconds) break;
      waiting.shift();
      const { asked, made, cached } = next;
      const reading = cached ? moving(asked.promptTokens + made) : 0;
      const prompt = cached || prefilled.has(asked.problem) ? 0 : host.prefillSeconds(asked.promptTokens);
      if (!cached) prefilled.add(asked.problem);
      seconds += reading + prompt;
      handOverSeconds += reading;
      rows.push({ open: next, ran: cached ? made : 0 });
    }
    if (rows.length === 0) break;
    const positions = positionsOf(rows);
    const drawing = sum(rows.map(({ open }) => host.drawSeconds(open.asked.sampled)));
    const secondsOf = (steps: number) => host.decodeSeconds(steps, rows.length, positions) + steps * drawing;
    const untilStored = (steps: number) => {
      const worked = seconds + secondsOf(steps);
      return worked + Math.min(worked, moving(positions + steps * rows.length) / CAUTION);
    };
    const shortest = Math.min(...rows.map(({ open, ran }) => open.asked.tokens - ran));
    const steps = mostWithin(limitSeconds, shortest, untilStored);
    seconds += secondsOf(steps);
    for (const row of rows) row.ran += steps;
    if (steps < shortest) break;
    for (const row of rows.filter(({ open, ran }) => ran === open.asked.tokens)) {
      whole.push(row.open.asked);
      rows.splice(rows.indexOf(row), 1);
    }
  }
  const cut = cutRows(rows, moving, limitSeconds - seconds);
  const left = [...cut.open, ...waiting];
  if (left.length === shard.length && left.every(({ made }, i) => made === shard[i]?.made))
    throw new Error(`no token within ${limitSeconds} s`);
  return { seconds: seconds + cut.seconds, whole, left, handOverSeconds: handOverSeconds + cut.seconds };
}

/** What becomes of rows without an end, and what storing their keys and values takes. */
function cutRows(
  rows: readonly Row[],
  moving: (positions: number) => number,
  mostSeconds: number,
): { readonly open: readonly Open[]; readonly seconds: number } {
  let seconds = 0;
  const open = rows.map(({ open: before, ran }): Open => {
    if (ran <= before.made) return before; // what was stored of it stays
    const own = moving(before.asked.promptTokens + ran);
    const cached = seconds + own <= mostSeconds;
    if (cached) seconds += own;
    return { asked: before.asked, made: ran, cached };
  });
  return { open, seconds };
}

function positionsOf(rows: readonly Row[]): number {
  return sum(rows.map(({ open, ran }) => open.asked.promptTokens + ran));
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
