import { itemName } from '#shared/items.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Begun, Open, RunKind } from '#shared/ports/generator.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Item, OpenCompletion } from '#shared/records/evaluations.ts';
import type { SamplerTurn } from './sampler.ts';
import { getCache, putCache } from './stored-cache.ts';
import type { TurnClock } from './turn-clock.ts';

/** Of the tokens that a turn had to run again: as many new ones must be made. */
const LEAST_GAIN = 0.1;

/** What a turn takes over from the turns before it, and what it leaves to the next. */
export class ShardTurn implements Omit<SamplerTurn, 'onMade'> {
  /** What it leaves. */
  readonly open: OpenCompletion[] = [];
  /** That the model ran, by what it ran. */
  readonly seconds: Record<RunKind, number> = { prompts: 0, steps: 0 };
  readonly #store: ObjectStore;
  readonly #generation: string;
  readonly #before: ReadonlyMap<string, OpenCompletion>;
  readonly #clock: TurnClock;
  /** Names of items whose keys and values were read. */
  readonly #restored = new Set<string>();

  /** @param before - where the turns before it left items, by their names */
  constructor(
    store: ObjectStore,
    generation: string,
    before: ReadonlyMap<string, OpenCompletion>,
    clock: TurnClock,
  ) {
    this.#store = store;
    this.#generation = generation;
    this.#before = before;
    this.#clock = clock;
  }

  readonly goesOn = (): boolean => this.#clock.goesOn();

  readonly onRun = (kind: RunKind, seconds: number): void => {
    this.seconds[kind] += seconds;
  };

  readonly begun = (item: Item): Begun | undefined => {
    const name = itemName(item);
    const open = this.#before.get(name);
    if (!open) return undefined;
    const { begun: tokens, cache: sha256 } = open;
    if (sha256 === undefined) return { tokens };
    const cache = async () => {
      const stored = await getCache(this.#store, this.#generation, sha256);
      if (stored) this.#restored.add(name);
      return stored;
    };
    return { tokens, cache };
  };

  readonly onOpen = async ({ problem, sample }: Item, { tokens, cache }: Open): Promise<void> => {
    const bytes = cache();
    const stored = this.#clock.canStore(bytes.byteLength)
      ? await putCache(this.#store, this.#generation, bytes)
      : undefined;
    this.open.push({ problem, sample, begun: [...tokens], ...(stored !== undefined && { cache: stored }) });
  };

  /** Tokens of open completions that came to those of the turns before. */
  get gained(): number {
    return sum(
      this.open.map((each) => each.begun.length - (this.#before.get(itemName(each))?.begun.length ?? 0)),
    );
  }

  /** Tokens of open completions that had to be run again, since no keys and values of theirs could be read. */
  get again(): number {
    return sum(
      this.open.map((each) => {
        const name = itemName(each);
        return this.#restored.has(name) ? 0 : (this.#before.get(name)?.begun.length ?? 0);
      }),
    );
  }

  /** Whether turns like this one come to an end. */
  get isGaining(): boolean {
    return this.gained > 0 && this.gained >= LEAST_GAIN * this.again;
  }
}
