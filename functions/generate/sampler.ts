import type { Begun, Made, Open, Turn } from '#shared/ports/generator.ts';
import type {
  Completion,
  GenerationSpec,
  Item,
  PolicyCheck,
  Unanswered,
} from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';

/** A completion of an item, or the reason why there is none. */
export type Answer = Completion | Unanswered;

/** What a sampler is told of its turn, and tells. */
export interface SamplerTurn extends Pick<Turn, 'goesOn' | 'onRun'> {
  readonly onMade: (made: Made) => void;
  /** Where an earlier turn left an item. */
  readonly begun: (item: Item) => Begun | undefined;
  /** Told of an item that has no end when the time is over. */
  readonly onOpen: (item: Item, open: Open) => Promise<void>;
}

/** Makes completions of one generation. */
export interface Sampler {
  /** Whether this worker checked the digest of the files that it loaded. */
  readonly policy: PolicyCheck;
  /** Completions that are made together: between two batches the time left is looked at. */
  readonly batch: number;
  /** Completions that could begin at once beside those of the shards at work; absent where one shard is made at a time. */
  readonly freeRows?: () => number;
  /** For each item, in their order, its answer, which depends on it alone; nothing where the time was over before its end. */
  complete(
    items: readonly Item[],
    problems: ReadonlyMap<string, Problem>,
    turn: SamplerTurn,
  ): Promise<readonly (Answer | undefined)[]>;
}

/** Makes a sampler ready for a generation, which may load a model or ask a server. */
export type MakeSampler = (spec: GenerationSpec, onLoad: OnLoad) => Promise<Sampler>;

/** Told how long a part of loading a model took; several of a kind add up. */
export type OnLoad = (kind: LoadKind, seconds: number) => void;

/** Waiting for another worker that rounds it; files from the store; rounding and storing that; opening the session. */
export type LoadKind = 'wait' | 'fetch' | 'round' | 'open';

/** Does a part of loading, and tells how long it took, be it in vain. */
export async function toldLoad<T>(kind: LoadKind, onLoad: OnLoad, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    onLoad(kind, (performance.now() - start) / 1000);
  }
}

/** The servers that a worker may ask, by name. */
export type Endpoints = Readonly<Record<string, MakeSampler>>;
