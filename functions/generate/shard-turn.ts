import { KnownError, messageOf } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Begun, Open, RunKind } from '#shared/ports/generator.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Item, OpenCompletion } from '#shared/records/evaluations.ts';
import type { TurnTelemetry } from '#shared/records/telemetry.ts';
import type { SamplerTurn } from './sampler.ts';
import { getCache, putCache } from './stored-cache.ts';
import type { StoringSpeed } from './storing-speed.ts';
import type { TurnClock } from './turn-clock.ts';
import { withinMs } from './within-ms.ts';

/** Of the tokens that a turn had to run again: as many new ones must be made. */
const LEAST_GAIN = 0.1;

export interface ShardTurnPorts {
  readonly store: ObjectStore;
  readonly generation: string;
  readonly clock: TurnClock;
  readonly speed: StoringSpeed;
  /** Told of keys and values that were not stored or read, of which the turn then does without. */
  readonly log: (entry: LogEntry) => void;
}

/** What a turn takes over from the turns before it, and what it leaves to the next. */
export class ShardTurn implements Omit<SamplerTurn, 'onMade'> {
  /** What it leaves. */
  readonly open: OpenCompletion[] = [];
  /** By what took them; `store` from the first to the last that is stored, several at a time. */
  readonly seconds: Record<RunKind | 'store', number> = { prompts: 0, steps: 0, store: 0 };
  /** Keys and values. */
  readonly caches: Record<keyof TurnTelemetry['caches'], number> = {
    ...{ stored: 0, late: 0, refused: 0, read: 0, lost: 0 },
  };
  readonly #before: ReadonlyMap<string, OpenCompletion>;
  readonly #ports: ShardTurnPorts;
  /** Names of items whose keys and values were read. */
  readonly #restored = new Set<string>();
  #storedBytes = 0;
  #storingSince: number | undefined;

  /** @param before - where the turns before it left items, by their names */
  constructor(before: ReadonlyMap<string, OpenCompletion>, ports: ShardTurnPorts) {
    this.#before = before;
    this.#ports = ports;
  }

  readonly goesOn = (heldBytes: number): boolean => this.#ports.clock.goesOn(heldBytes);

  readonly onRun = (kind: RunKind, seconds: number): void => {
    this.seconds[kind] += seconds;
  };

  readonly begun = (item: Item): Begun | undefined => {
    const name = itemName(item);
    const open = this.#before.get(name);
    if (!open) return undefined;
    const { begun: tokens, cache } = open;
    return cache === undefined ? { tokens } : { tokens, cache: () => this.#read(name, cache) };
  };

  /** Several at a time. What is not stored costs time and nothing else: its tokens are run again. */
  readonly onOpen = async ({ problem, sample }: Item, { tokens, cache }: Open): Promise<void> => {
    const at = this.open.push({ problem, sample, begun: [...tokens] }) - 1;
    const stored = await this.#store(cache);
    if (stored !== undefined) this.open[at] = { ...(this.open[at] as OpenCompletion), cache: stored };
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

  async #read(name: string, sha256: string): Promise<ArrayBuffer | undefined> {
    const { store, generation, log } = this.#ports;
    try {
      const cache = await getCache(store, generation, sha256);
      this.#restored.add(name);
      this.caches.read += 1;
      return cache;
    } catch (error) {
      this.caches.lost += 1;
      log({ level: 'warning', event: 'cache-lost', generation, item: name, ...failureOf(error) });
      return undefined;
    }
  }

  /** Tries as long as there is time at all: what is begun in vain took none that was needed. */
  async #store(copy: () => ArrayBuffer): Promise<string | undefined> {
    const { store, generation, clock, speed, log } = this.#ports;
    if (clock.storingMs() <= 0) {
      this.caches.late += 1;
      return undefined;
    }
    this.#storingSince ??= performance.now();
    const cache = copy();
    const { byteLength } = cache;
    try {
      const sha256 = await withinMs(clock.storingMs(), putCache(store, generation, cache));
      this.caches[sha256 === undefined ? 'late' : 'stored'] += 1;
      if (sha256 !== undefined) this.#storedBytes += byteLength;
      return sha256;
    } catch (error) {
      this.caches.refused += 1;
      log({
        level: 'warning',
        event: 'cache-not-stored',
        generation,
        bytes: byteLength,
        ...failureOf(error),
      });
      return undefined;
    } finally {
      const ms = performance.now() - this.#storingSince;
      this.seconds.store = ms / 1000;
      speed.measured(this.#storedBytes, ms);
    }
  }
}

function failureOf(error: unknown): { readonly code: string; readonly detail: string } {
  return { code: error instanceof KnownError ? error.code : 'defect', detail: messageOf(error) };
}
