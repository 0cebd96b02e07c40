/** Steps that count: pace changes as completions grow or shrink. */
const WINDOW = 20;

interface Mark {
  readonly step: number;
  readonly atMs: number;
}

/** How fast steps go by, and how long the rest will take at that. */
export class Pace {
  #marks: Mark[] = [];

  /** @param atMs - of a clock, when the step was over; a step that is not later starts anew */
  mark(step: number, atMs: number): void {
    if (step <= (this.#marks.at(-1)?.step ?? -1)) this.#marks = [];
    this.#marks = [...this.#marks, { step, atMs }].slice(-WINDOW - 1);
  }

  /** Milliseconds from the newest step to `lastStep`; `undefined` before two steps were seen. */
  remainingMs(lastStep: number): number | undefined {
    const [first, newest] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !newest || newest.step === first.step) return undefined;
    return ((newest.atMs - first.atMs) / (newest.step - first.step)) * Math.max(0, lastStep - newest.step);
  }
}

/** Such as `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
