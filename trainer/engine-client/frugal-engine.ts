import { KnownError } from '#shared/errors.ts';
import { type Answer, type EngineClient, EngineError, type Sent } from './engine-client.ts';
import type { Args, Verb } from './engine-protocol.ts';

/** From the default of 8192 tokens down to 512. */
const HALVINGS = 4;

type TrainedSlot = Args<'optim_step'>['slot'];

/** What adds to the gradients of a slot, until that slot's `optim_step` takes them. */
const ACCUMULATES: Readonly<Partial<Record<Verb, TrainedSlot>>> = {
  forward_backward: 'policy',
  critic_forward_backward: 'critic',
};
/** Verbs that change nothing when they run out of memory, except that all gradients are gone. */
const REPEATABLE: ReadonlySet<Verb> = new Set([
  'sample',
  'forward',
  'critic_forward',
  'forward_backward',
  'critic_forward_backward',
]);

/**
 * An engine that makes do with the memory there is: where a pass does not fit, smaller passes do the same work, once
 * the gradients that were lost with it have been computed again. In fp32 the result is the same within rounding.
 */
export class FrugalEngine implements EngineClient {
  readonly #engine: EngineClient;
  readonly #onSmallerPasses: (tokenBudget: number) => void;
  /** Calls whose gradients no `optim_step` has taken yet, in their order. */
  #accumulated: { readonly slot: TrainedSlot; readonly repeat: () => Promise<unknown> }[] = [];
  #halvings = 0;

  constructor(engine: EngineClient, onSmallerPasses: (tokenBudget: number) => void) {
    this.#engine = engine;
    this.#onSmallerPasses = onSmallerPasses;
  }

  /** @throws {KnownError} `out-of-memory` where smaller passes do not help, and as the engine does */
  async call<V extends Verb>(verb: V, args: Args<V>, ...tensors: Sent<V>): Promise<Answer<V>> {
    const attempt = () => this.#engine.call(verb, args, ...tensors);
    for (;;) {
      try {
        const answer = await attempt();
        this.#remember(verb, args, attempt);
        return answer;
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        if (!REPEATABLE.has(verb)) throw outOfMemory(error);
        await this.#shrink(error);
      }
    }
  }

  #remember<V extends Verb>(verb: V, args: Args<V>, repeat: () => Promise<unknown>): void {
    const slot = ACCUMULATES[verb];
    if (slot) this.#accumulated.push({ slot, repeat });
    if (verb === 'optim_step') {
      const stepped = args as Args<'optim_step'>; // a comparison does not narrow V
      this.#accumulated = this.#accumulated.filter((call) => call.slot !== stepped.slot);
    }
  }

  /** Lowers the token budget until the lost gradients are back. */
  async #shrink(cause: EngineError): Promise<void> {
    for (let error = cause; ; ) {
      const tokenBudget = error.detail['tokenBudget'];
      if (typeof tokenBudget !== 'number' || this.#halvings >= HALVINGS) throw outOfMemory(error);
      this.#halvings += 1;
      await this.#engine.call('set_token_budget', { tokenBudget });
      this.#onSmallerPasses(tokenBudget);
      try {
        for (const { repeat } of this.#accumulated) await repeat();
        return;
      } catch (again) {
        if (!isOutOfMemory(again)) throw again;
        error = again;
      }
    }
  }
}

function isOutOfMemory(error: unknown): error is EngineError {
  return error instanceof EngineError && error.engineCode === 'OOM';
}

function outOfMemory(cause: EngineError): KnownError {
  const message =
    `${cause.message}, and smaller passes do not help. Nothing that was committed is lost: run again on a machine ` +
    'with more memory, or train a smaller model, fewer --samples or a lower --max-tokens as another run.';
  return new KnownError('out-of-memory', message, { cause });
}
