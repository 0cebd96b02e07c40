/**
 * What a clock and the host say of a run: seconds by phase, tokens per second, memory. Never compared, never
 * replayed.
 */
import type { Clock } from '#shared/ports/clock.ts';

/** Adds up how long each phase of a step takes; for telemetry only, never for anything that is compared. */
export class PhaseClock {
  readonly #clock: Clock;
  readonly #onPhase: (phase: string) => void;
  #seconds: Record<string, number> = {};

  /** @param onPhase - told when one begins */
  constructor(clock: Clock, onPhase: (phase: string) => void = () => {}) {
    this.#clock = clock;
    this.#onPhase = onPhase;
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    this.#onPhase(phase);
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
