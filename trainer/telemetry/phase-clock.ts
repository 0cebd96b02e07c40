/**
 * What a clock and the host say of a run: seconds by phase, tokens per second, memory. Never compared, never
 * replayed.
 */
import type { Clock } from '#shared/ports/clock.ts';

/**
 * Adds up how long each phase of a step takes; for telemetry only, never for anything that is compared. A phase within
 * another is not counted to that.
 */
export class PhaseClock {
  readonly #clock: Clock;
  readonly #onPhase: (phase: string) => void;
  #seconds: Record<string, number> = {};
  #phase: string | undefined;
  /** Seconds of the phases within the one at hand. */
  #inner = 0;

  /** @param onPhase - told when one begins */
  constructor(clock: Clock, onPhase: (phase: string) => void = () => {}) {
    this.#clock = clock;
    this.#onPhase = onPhase;
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const outer = { phase: this.#phase, inner: this.#inner };
    this.#begin(phase, 0);
    const start = this.#clock.now();
    try {
      return await work();
    } finally {
      const seconds = (this.#clock.now() - start) / 1000;
      this.#seconds[phase] = (this.#seconds[phase] ?? 0) + seconds - this.#inner;
      this.#begin(outer.phase, outer.inner + seconds);
    }
  }

  #begin(phase: string | undefined, inner: number): void {
    this.#phase = phase;
    this.#inner = inner;
    if (phase !== undefined) this.#onPhase(phase);
  }

  /** Seconds by phase since the call before, and starts anew. */
  take(): Readonly<Record<string, number>> {
    const seconds = this.#seconds;
    this.#seconds = {};
    return seconds;
  }
}
