import type { WriteStream } from 'node:tty';
import { isQuiet } from './quiet.ts';
import { StatusLine } from './status-line.ts';

/** Shortest time between two lines about the same phase in a log, which should stay short. */
const QUIET_MS = 10_000;
/** The same time for programs that read JSON lines. */
const JSON_MS = 1_000;

/** How far a phase of a command has come. */
export interface ProgressEntry {
  /** Such as `installing` or `sampling`; a new one is told at once. */
  readonly phase: string;
  readonly text: string;
  /** What a JSON line holds besides the phase. */
  readonly numbers?: Readonly<Record<string, number | undefined>>;
}

/** Tells how a command goes: one live line on a terminal, plain lines now and then elsewhere, JSON lines if asked. */
export class Progress {
  readonly #out: WriteStream;
  readonly #json: boolean;
  readonly #now: () => number;
  readonly #line: StatusLine;
  #told: { readonly phase: string; readonly atMs: number } | undefined;

  /** @param now - milliseconds of a clock */
  constructor(out: WriteStream, json: boolean, now: () => number = Date.now) {
    this.#out = out;
    this.#json = json;
    this.#now = now;
    this.#line = new StatusLine(out);
  }

  show({ phase, text, numbers }: ProgressEntry): void {
    if (isQuiet()) return;
    if (this.#out.isTTY && !this.#json) {
      this.#line.show(text);
      return;
    }
    const atMs = this.#now();
    const quietMs = this.#json ? JSON_MS : QUIET_MS;
    if (this.#told?.phase === phase && atMs - this.#told.atMs < quietMs) return;
    this.#told = { phase, atMs };
    this.#out.write(
      this.#json ? `${JSON.stringify({ event: 'progress', phase, ...numbers })}\n` : `${text}\n`,
    );
  }

  /** Prints something that is good to know, on a line of its own that stays. */
  note(entry: object, text: string): void {
    if (!isQuiet()) this.say(entry, text);
  }

  /** Prints a problem, on a line of its own that stays. */
  say(entry: object, text: string): void {
    this.#line.clear();
    this.#out.write(`${this.#json ? JSON.stringify(entry) : text}\n`);
  }

  /** Removes the live line, so that what is printed next stands in its place. */
  clear(): void {
    this.#line.clear();
  }
}
