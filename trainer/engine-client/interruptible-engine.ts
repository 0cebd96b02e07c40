import { KnownError } from '#shared/errors.ts';
import { type Answer, type EngineClient, EngineError, type Sent } from './engine-client.ts';
import type { Args, Verb } from './engine-protocol.ts';

/** Longest time for a step whose updates have begun to end: a Spot instance has two minutes, most of them for saving. */
const FINISH_MS = 20_000;

/** What makes steps; everything else loads or saves. */
const STEPPING: ReadonlySet<Verb> = new Set([
  'sample',
  'forward',
  'critic_forward',
  'forward_backward',
  'critic_forward_backward',
  'optim_step',
]);

/**
 * An engine that stops making steps once it is told to: at once while no optimizer step of the current step was
 * applied, so that the engine stands where the step began; otherwise when the step is done, or has taken too long.
 */
export class InterruptibleEngine implements EngineClient {
  readonly #engine: EngineClient;
  readonly #interruption: AbortSignal;
  readonly #finishMs: number;
  readonly #over = new AbortController();
  #updates = 0;

  constructor(engine: EngineClient, interruption: AbortSignal, finishMs = FINISH_MS) {
    this.#engine = engine;
    this.#interruption = interruption;
    this.#finishMs = finishMs;
    if (interruption.aborted) this.#over.abort();
    else interruption.addEventListener('abort', this.#interrupt, { once: true });
  }

  /** Whether the engine stands between two steps, where its state can be saved. */
  get atBoundary(): boolean {
    return this.#updates === 0;
  }

  /** To be told when a step is done. @throws {KnownError} `interrupted` */
  endStep(): void {
    this.#updates = 0;
    if (this.#interruption.aborted) throw interrupted();
  }

  /** No longer listens for the interruption. */
  close(): void {
    this.#interruption.removeEventListener('abort', this.#interrupt);
  }

  /** @throws {KnownError} `interrupted`, and as the engine does */
  async call<V extends Verb>(verb: V, args: Args<V>, ...tensors: Sent<V>): Promise<Answer<V>> {
    if (!STEPPING.has(verb)) return this.#engine.call(verb, args, ...tensors);
    if (this.#over.signal.aborted) throw interrupted();
    if (verb === 'optim_step') this.#updates += 1;
    // A cancelled call fails; if the engine is lost meanwhile, that call says so.
    const cancel = () => void this.#engine.call('cancel', {}).catch(() => {});
    this.#over.signal.addEventListener('abort', cancel);
    try {
      return await this.#engine.call(verb, args, ...tensors);
    } catch (error) {
      if (error instanceof EngineError && error.engineCode === 'CANCELLED') throw interrupted();
      throw error;
    } finally {
      this.#over.signal.removeEventListener('abort', cancel);
    }
  }

  readonly #interrupt = (): void => {
    if (this.atBoundary) this.#over.abort();
    else setTimeout(() => this.#over.abort(), this.#finishMs).unref();
  };
}

function interrupted(): KnownError {
  return new KnownError('interrupted', 'The step was given up.');
}
