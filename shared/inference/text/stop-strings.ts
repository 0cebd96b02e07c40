/**
 * Cuts a text that comes in pieces before the first of some strings. What may be the beginning of one is held back until
 * it is clear that it is not.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = '';

  /** @param stops - none of them empty */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** @returns the text that may be shown now, and whether one of the strings came after it, which ends everything */
  add(piece: string): { readonly text: string; readonly stopped: boolean } {
    const all = this.#held + piece;
    const found = this.#stops.map((stop) => all.indexOf(stop)).filter((at) => at >= 0);
    const stopped = found.length > 0;
    const end = stopped ? Math.min(...found) : all.length - this.#begun(all);
    this.#held = stopped ? '' : all.slice(end);
    return { text: all.slice(0, end), stopped };
  }

  /** @returns what was held back, where nothing more comes */
  end(): string {
    return this.#held;
  }

  /** Length of the longest end of a text that one of the strings begins with. */
  #begun(text: string): number {
    const most = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(most, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
