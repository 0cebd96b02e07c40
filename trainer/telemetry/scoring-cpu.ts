/** CPU seconds that the scoring of checkpoints took beside this run, on the same machine, as its command tells. */
export class ScoringCpu {
  #seconds = 0;

  add(seconds: number): void {
    this.#seconds += seconds;
  }

  /** Those since the call before. */
  take(): number {
    const seconds = this.#seconds;
    this.#seconds = 0;
    return seconds;
  }
}
