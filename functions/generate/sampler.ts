import type { Completion, GenerationSpec, Item, PolicyCheck, Problem, Unanswered } from '#shared/messages.ts';
import type { Made } from '#shared/ports/generator.ts';

/** A completion of an item, or the reason why there is none. */
export type Answer = Completion | Unanswered;

/** Makes completions of one generation. */
export interface Sampler {
  /** Whether this worker checked the digest of the files that it loaded. */
  readonly policy: PolicyCheck;
  /** Completions that are made together: between two batches the time left is looked at. */
  readonly batch: number;
  /** One answer for each item, in their order; an answer depends on its own item alone. */
  complete(
    items: readonly Item[],
    problems: ReadonlyMap<string, Problem>,
    onMade?: (made: Made) => void,
  ): Promise<readonly Answer[]>;
}

/** Makes a sampler ready for a generation, which may load a model or ask a server. */
export type MakeSampler = (spec: GenerationSpec) => Promise<Sampler>;

/** The servers that a worker may ask, by name. */
export type Endpoints = Readonly<Record<string, MakeSampler>>;
