import { itemName } from '#shared/items.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest, ScoredItem } from '#shared/records/evaluations.ts';
import { type Part, readPart, readParts } from '#shared/storage/completion-part.ts';
import { keys, parsePart, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { findHeld, held } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';

export type Shard = RoundManifest['shards'][number];

/** A completion with what its graders concluded. */
export interface JudgedSample extends ScoredItem {
  readonly text: string;
}

/** Of a sample beside its text, about. */
const OVERHEAD_BYTES = 1000;

/** Reads shards of a round. */
export class JudgedShards {
  readonly #ref: RoundRef;
  readonly #generation: string;
  readonly #store: ObjectStore;
  /** Keys of parts by shard, where all were listed. */
  readonly #parts: ReadonlyMap<number, readonly string[]>;

  private constructor(
    ref: RoundRef,
    generation: string,
    store: ObjectStore,
    parts: ReadonlyMap<number, readonly string[]>,
  ) {
    this.#ref = ref;
    this.#generation = generation;
    this.#store = store;
    this.#parts = parts;
  }

  /** For a few shards: each has its parts listed. */
  static few(ref: RoundRef, { generation }: RoundManifest, store: ObjectStore): JudgedShards {
    return new JudgedShards(ref, generation, store, new Map());
  }

  /** For all shards: one LIST for the parts of all. */
  static async all(
    ref: RoundRef,
    { generation }: RoundManifest,
    { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
  ): Promise<JudgedShards> {
    const listed = await lists.list(keys.prefix.allParts(generation));
    return new JudgedShards(ref, generation, store, Map.groupBy(listed, parsePart));
  }

  /**
   * What a shard has scored, in the order of its manifest: nothing where it failed, `undefined` where it is not over.
   * That never changes once it is there, so it is held.
   */
  read(shard: Shard): Promise<readonly JudgedSample[] | undefined> {
    const outcomeAt = outcomeOf(this.#ref, shard);
    return held(this.#store, `samples ${outcomeAt.key}`, async () => {
      const outcome = await findHeld(this.#store, outcomeAt);
      if (!outcome) return undefined;
      const value = outcome.kind === 'scored' ? await this.#withTexts(shard.shard, outcome.items) : [];
      return { value, sizeBytes: value.reduce((size, { text }) => size + text.length + OVERHEAD_BYTES, 0) };
    });
  }

  async #withTexts(shard: number, items: readonly ScoredItem[]): Promise<readonly JudgedSample[]> {
    const listed = this.#parts.get(shard) ?? [];
    const texts = textsOf(await Promise.all(listed.map((key) => readPart(this.#store, key))));
    // Listed too long ago for the last part of a shard that has just ended.
    const all = items.every((item) => texts.has(itemName(item)))
      ? texts
      : textsOf(await readParts(this.#store, this.#generation, shard));
    return items.map((item) => ({ ...item, text: all.get(itemName(item)) ?? '' }));
  }
}

function textsOf(parts: readonly Part[]): ReadonlyMap<string, string> {
  const completions = parts.flatMap((part) => part.completions);
  return new Map(completions.map((completion) => [itemName(completion), completion.text]));
}
