import type { Clock } from '#shared/ports/clock.ts';

/** A clock that a test moves. */
export class ManualClock implements Clock {
  #nowMs = 1_000_000;

  now(): number {
    return this.#nowMs;
  }

  advance(seconds: number): void {
    this.#nowMs += seconds * 1000;
  }
}
