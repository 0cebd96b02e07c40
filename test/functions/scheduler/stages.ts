import type { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { SmallWorld } from '../small-world.ts';
import type { Random } from './random.ts';

/** What a mutant may need to know of the delivery it spoils. */
export interface Context {
  readonly message: Message;
  readonly random: Random;
  /** Takes the message off its queue. */
  readonly acknowledge: () => void;
}

/** The stages as a schedule runs them. */
export interface Stages {
  handle(world: SmallWorld, message: Message): Promise<void>;
  bury(world: SmallWorld, message: Message): Promise<void>;
  /** What stands between a stage and its store; nothing, in the sound plane. */
  through(store: ObjectStore, context: Context): ObjectStore;
}

/** The real ones, unchanged. */
export const stages: Stages = {
  handle: (world, message) => world.deliver(message),
  bury: (world, message) => world.bury(message),
  through: (store) => store,
};
