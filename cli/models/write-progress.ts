import { durationText } from '../terminal/pace.ts';
import type { ProgressEntry } from '../terminal/progress.ts';
import { sizeText } from './pull-progress.ts';

/** Before it a time that is left would be a guess. */
const SETTLED_MS = 2_000;

/** How much of a model is written, and how long the rest will take. */
export class WriteProgress {
  /** When the first bytes were written. */
  #startMs: number | undefined;

  /** @param nowMs - of a clock */
  entry(
    { doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number },
    nowMs: number,
  ): ProgressEntry {
    this.#startMs ??= nowMs;
    const spentMs = nowMs - this.#startMs;
    const leftMs = (spentMs / doneBytes) * (totalBytes - doneBytes);
    const left = spentMs < SETTLED_MS ? '' : `, ${durationText(leftMs)} left`;
    return {
      phase: 'writing',
      text: `writing ${sizeText(doneBytes)} of ${sizeText(totalBytes)}${left}`,
      numbers: { doneBytes, totalBytes },
    };
  }
}
