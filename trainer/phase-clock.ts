import type { Clock } from '#shared/ports/clock.ts';

/** Adds up how long each phase of a step takes; for telemetry only, never for anything that is compared. */
export class PhaseClock {
  readonly #clock: Clock;
  #seconds: Record<string, number> = {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const start = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#seconds[phase] = (this.#seconds[phase] ?? 0) + (this.#clock.now() - start) / 1000;
    }
  }

  /** Seconds by phase since the call before, and starts anew. */
  take(): Readonly<Record<string, number>> {
    const seconds = this.#seconds;
    this.#seconds = {};
    return seconds;
  }
}
