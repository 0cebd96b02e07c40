import type { Fate, Worker } from './plane.ts';

/** Does something at the moment that the schedule chooses. */
export type Take = <T>(label: string, effect: () => Promise<T>) => Promise<T>;

/** What a call meets whose connection breaks. */
export class Unavailable extends Error {}

interface Parked {
  run(fate: Fate): Promise<void>;
}

/**
 * Runs real code one step at a time: each call of a port waits until the schedule lets this worker go on. Calls that
 * the code makes together are taken together. A worker that is never advanced again has crashed.
 */
export class SteppedWorker implements Worker {
  #parked: Parked[] = [];
  #end: 'done' | 'failed' | undefined;
  /** Resolved while the code waits for its turn, or has ended. */
  #stirred = Promise.withResolvers<void>();
  readonly #log: (line: () => string) => void;

  /** @param onError - told of errors that are the code's own */
  constructor(
    run: (take: Take) => Promise<void>,
    log: (line: () => string) => void,
    onError: (error: unknown) => void,
  ) {
    this.#log = log;
    const end = (how: 'done' | 'failed') => {
      this.#end = how;
      this.#stirred.resolve();
    };
    run((label, effect) => this.#park(label, effect)).then(
      () => end('done'),
      (error) => {
        if (!(error instanceof Unavailable)) onError(error);
        end('failed');
      },
    );
  }

  async advance(fate: Fate): Promise<'on' | 'done' | 'failed'> {
    await this.#stirred.promise;
    if (this.#end === undefined) {
      const parked = this.#parked;
      this.#parked = [];
      this.#stirred = Promise.withResolvers();
      for (const step of parked) await step.run(fate);
      await this.#stirred.promise;
    }
    return this.#end ?? 'on';
  }

  #park<T>(label: string, effect: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = async (fate: Fate) => {
      const result = fate === 'fails before' ? undefined : await effect();
      this.#log(() => `${label} ${fate} ${describe(result)}`);
      if (fate === 'works')
        resolve(result as T); // the effect ran
      else reject(new Unavailable(label));
    };
    this.#parked.push({ run });
    this.#stirred.resolve();
    return promise;
  }
}

function describe(result: unknown): string {
  if (result instanceof Uint8Array) return `${result.length} bytes`;
  return result === undefined ? '' : JSON.stringify(result);
}
