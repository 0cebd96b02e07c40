/** Work that goes on behind the training loop, one task at a time. */
export class BackgroundTask {
  #work: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /** Starts a piece once the one before is done. @throws what that one failed with */
  async start(work: () => Promise<void>): Promise<void> {
    await this.#work;
    this.#work = work();
    this.#work.catch((error) => {
      this.#failure = { error };
    });
  }

  /** Fails as soon as it is known that the work at hand has failed. @throws what it failed with */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Waits for the work at hand. @throws what it failed with */
  end(): Promise<void> {
    return this.#work;
  }
}
