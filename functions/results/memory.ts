/** Answers by name, as many as fit, those asked for last: only for what never changes. */
export class Memory<T> {
  readonly #most: number;
  readonly #answers = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): T | undefined {
    const answer = this.#answers.get(name);
    if (answer !== undefined) this.keep(name, answer);
    return answer;
  }

  keep(name: string, answer: T): void {
    this.#answers.delete(name); // to the end: the first is the one asked for longest ago
    this.#answers.set(name, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest);
  }

  forget(name: string): void {
    this.#answers.delete(name);
  }
}
