import { failShard } from '#functions/round/fail-shard.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { ListOptions, ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { SmallWorld } from '../small-world.ts';
import { ForwardingStore } from './forwarding-store.ts';
import { type Stages, stages } from './stages.ts';

/** The real stages, each with one mistake: around them, or between them and their store. */
export const mutants: Readonly<Record<string, Stages>> = {
  'returns early when the outcome exists': {
    ...stages,
    handle: async (world, message) => {
      const settled =
        message.type === 'verify-shard' && (await world.store.get(keys.outcome(message, message.shard)));
      if (!settled) await world.deliver(message);
    },
  },
  'lists before it puts': { ...stages, through: (store) => new ListsFirst(store) },
  'lists eventually': {
    ...stages,
    through: (store, { random }) => new ListsOldKeys(store, () => random.chance(0.5)),
  },
  'acknowledges before it finishes': {
    ...stages,
    through: (store, { acknowledge }) => new AcknowledgesEarly(store, acknowledge),
  },
  'has no dead-letter consumer': { ...stages, bury: async () => {} },
  'skips VerifyShard when completions exist': {
    ...stages,
    handle: async (world, message) => {
      if (message.type !== 'generate-shard' || !(await isComplete(world, message)))
        await world.deliver(message);
    },
  },
  'fails a dead generate whose completions are complete': {
    ...stages,
    bury: (world, message) =>
      message.type === 'generate-shard'
        ? failShard(message, 'generate-dead', world.store)
        : world.bury(message),
  },
  'trusts its own part when another was stored': { ...stages, through: (store) => new TrustsParts(store) },
  'refuses a round that was planned': {
    ...stages,
    bury: async (world, message) => {
      if (message.type !== 'evaluation-requested') return world.bury(message);
      const refusal = { schemaVersion: 1, code: 'plan-dead', detail: '' };
      await put(world.store, record.refused(message), refusal);
      await world.store.delete(keys.pendingEvaluation(message));
    },
  },
  'looks for an end before it promises': {
    ...stages,
    through: (store, { message }) =>
      message.type === 'evaluation-requested' ? new LooksEarly(store) : store,
  },
};

async function isComplete(
  { store }: SmallWorld,
  message: Extract<Message, { type: 'generate-shard' }>,
): Promise<boolean> {
  const manifest = await find(store, record.roundManifest(message));
  if (!manifest) return false;
  const parts = await readParts(store, manifest.generation, message.shard);
  return missingItems(manifest.shards[message.shard]?.items ?? [], parts).length === 0;
}

const isOutcome = (key: string) => key.includes('/outcomes/');

class ListsFirst extends ForwardingStore {
  #seen: readonly string[] | undefined;

  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    if (isOutcome(key)) {
      const before = await this.inner.list(key.slice(0, key.lastIndexOf('/') + 1));
      this.#seen = [...new Set([...before, key])];
    }
    return super.putOnce(key, body);
  }

  override async list(prefix: string, options?: ListOptions): Promise<readonly string[]> {
    return isOutcome(prefix) && this.#seen ? this.#seen : super.list(prefix, options);
  }
}

class ListsOldKeys extends ForwardingStore {
  readonly #hides: () => boolean;

  constructor(inner: ObjectStore, hides: () => boolean) {
    super(inner);
    this.#hides = hides;
  }

  override async list(prefix: string, options?: ListOptions): Promise<readonly string[]> {
    const found = await super.list(prefix, options);
    return this.#hides() ? found.slice(0, -1) : found;
  }
}

class AcknowledgesEarly extends ForwardingStore {
  readonly #acknowledge: () => void;

  constructor(inner: ObjectStore, acknowledge: () => void) {
    super(inner);
    this.#acknowledge = acknowledge;
  }

  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const result = await super.putOnce(key, body);
    if (isOutcome(key)) this.#acknowledge();
    return result;
  }
}

class TrustsParts extends ForwardingStore {
  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const result = await super.putOnce(key, body);
    return key.includes('/completions/') ? 'created' : result;
  }
}

/** Answers whether a round is over as it was before anything was done. */
class LooksEarly extends ForwardingStore {
  readonly #ends = new Map<string, Uint8Array | undefined>();

  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const pending = /^pending\/evaluations\/([^/]+)\/(\d+)$/.exec(key);
    if (pending) {
      const ref = { evaluation: pending[1] as string, round: Number(pending[2]) }; // both groups matched
      for (const end of [keys.summary(ref), keys.refused(ref)])
        this.#ends.set(end, await this.inner.get(end));
    }
    return super.putOnce(key, body);
  }

  override async get(key: string): Promise<Uint8Array | undefined> {
    return this.#ends.has(key) ? this.#ends.get(key) : super.get(key);
  }
}
