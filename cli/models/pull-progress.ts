import { durationText } from '../terminal/pace.ts';
import type { ProgressEntry } from '../terminal/progress.ts';

/** How much has come, how fast, and how long the rest will take at that. */
export class PullProgress {
  readonly #model: string;
  readonly #startMs: number;
  /** Fetched by an earlier process: it says nothing about the pace of this one. */
  #foundBytes: number | undefined;

  /** @param startMs - of a clock */
  constructor(model: string, startMs: number) {
    this.#model = model;
    this.#startMs = startMs;
  }

  entry(
    {
      files,
      doneBytes,
      totalBytes,
    }: { readonly files: number; readonly doneBytes: number; readonly totalBytes: number },
    nowMs: number,
  ): ProgressEntry {
    this.#foundBytes ??= doneBytes;
    const perMs = Math.max(0, doneBytes - this.#foundBytes) / Math.max(1, nowMs - this.#startMs);
    const left = perMs > 0 ? `, ${durationText((totalBytes - doneBytes) / perMs)} left` : '';
    const pace = perMs > 0 ? `, ${sizeText(perMs * 1000)}/s` : '';
    const filesText = files === 1 ? '1 file' : `${files} files`;
    return {
      phase: 'fetching',
      text: `${this.#model}: ${sizeText(doneBytes)} of ${sizeText(totalBytes)} in ${filesText}${pace}${left}`,
      numbers: { files, doneBytes, totalBytes, bytesPerSecond: Math.round(perMs * 1000) },
    };
  }
}

/** Such as `980 kB` and `3.1 GB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
