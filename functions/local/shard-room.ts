import type { Sampler } from '../generate/sampler.ts';
import type { Room } from './poll.ts';

/** Where shards share no batch: the next one is read while the sampler, which takes turns, works on the other. */
const READ_AHEAD = 2;

/**
 * How many shards a worker takes on: as many as fill the rows of its decoder, or of another sampler two. The next shard is taken
 * once the completions of the latest are asked for, so that workers which have none come first.
 */
export class ShardRoom implements Room {
  #sampler: Sampler | undefined;
  #arrived = () => {};

  readonly hasRoom = (atWork: number): boolean => {
    if (atWork === 0) return true;
    const free = this.#sampler?.freeRows?.();
    return free === undefined ? atWork < READ_AHEAD : free > 0;
  };

  readonly arrive = (): Promise<void> =>
    new Promise((resolve) => {
      this.#arrived = resolve;
    });

  /** Completions of the shard that came last are asked of this sampler. */
  readonly onAsked = (sampler: Sampler): void => {
    this.#sampler = sampler;
    this.#arrived();
  };
}
