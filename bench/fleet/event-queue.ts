/** What happens next, in the order of time; of the same time, what was entered first. */
export class EventQueue<T> {
  readonly #events: { readonly at: number; readonly event: T }[] = [];

  get length(): number {
    return this.#events.length;
  }

  /** @param at - seconds */
  add(at: number, event: T): void {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.at ?? at) <= at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { at, event });
  }

  /** Takes the earliest. */
  next(): { readonly at: number; readonly event: T } | undefined {
    return this.#events.shift();
  }
}
