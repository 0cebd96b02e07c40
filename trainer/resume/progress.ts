import type { Metrics } from '#shared/messages.ts';
import type { Boundary } from './boundary.ts';

/** The last finished step of a run, and the last one that is saved. */
export class Progress {
  #boundary: Boundary;
  #saved: number;

  constructor(from: Boundary) {
    this.#boundary = from;
    this.#saved = from.step;
  }

  get boundary(): Boundary {
    return this.#boundary;
  }

  /** The last step that a driver can go on from. */
  get saved(): number {
    return this.#saved;
  }

  /** Whether steps would have to be replayed. */
  get unsaved(): boolean {
    return this.#boundary.step > this.#saved;
  }

  /** The checkpoint of a step is committed; steps after it may be done already. */
  toCheckpoint(step: number, checkpoint: string): void {
    const steps = this.#boundary.steps.filter((done) => done.step > step);
    this.#boundary = { step: Math.max(step, this.#boundary.step), checkpoint, steps };
    this.#saved = step;
  }

  /** A step is done; its checkpoint, if it has one, may be committed. */
  toStep(step: number, metrics: Metrics): void {
    if (step === this.#saved) return;
    const { checkpoint, steps } = this.#boundary;
    this.#boundary = { step, checkpoint, steps: [...steps, { step, metrics }] };
  }

  toRescue(): void {
    this.#saved = this.#boundary.step;
  }
}
