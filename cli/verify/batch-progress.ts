import type { WriteStream } from 'node:tty';
import { isQuiet } from '../terminal/quiet.ts';
import { StatusLine } from '../terminal/status-line.ts';

const BAR_WIDTH = 24;
/** A batch that is over sooner shows no bar. */
const QUIET_MS = 2000;
const REFRESH_MS = 200;

export interface Progress {
  readonly cases: number;
  readonly elapsedMs: number;
  /** How much of the input was read, 0 to 1; `undefined` where its end is not known. */
  readonly share: number | undefined;
}

/** Shows on a terminal how far a batch has come, from its third second on. */
export class BatchProgress {
  readonly #line: StatusLine;
  readonly #visible: boolean;
  readonly #start = performance.now();
  #next = QUIET_MS;

  /** @param wanted - `false` keeps it silent */
  constructor(out: WriteStream, wanted: boolean) {
    this.#line = new StatusLine(out);
    this.#visible = out.isTTY && wanted && !isQuiet();
  }

  show(cases: number, share: number | undefined): void {
    const elapsedMs = performance.now() - this.#start;
    if (!this.#visible || elapsedMs < this.#next) return;
    this.#next = elapsedMs + REFRESH_MS;
    this.#line.show(progressText({ cases, elapsedMs, share }));
  }

  end(): void {
    this.#line.clear();
  }
}

/** The text of the bar. */
export function progressText({ cases, elapsedMs, share }: Progress): string {
  const perSecond = Math.round((cases / elapsedMs) * 1000);
  const done = `${cases.toLocaleString('en')} cases · ${perSecond.toLocaleString('en')}/s`;
  if (share === undefined) return `verify ${done}`;
  const filled = Math.round(share * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const left = share > 0 ? ` · ${duration((elapsedMs * (1 - share)) / share)} left` : '';
  return `verify ${bar} ${Math.floor(share * 100)} % · ${done}${left}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
