import { KnownError } from '#shared/errors.ts';
import { type Answer, type EngineClient, EngineError, type Tensors } from './engine-client.ts';
import type { Args, Verb } from './engine-protocol.ts';

/** From the default of 8192 tokens down to 512. */
const HALVINGS = 4;

/** What adds to the gradients of a slot, until that slot's `optim_step` takes them. */
const ACCUMULATES = { forward_backward: 'policy', critic_forward_backward: 'critic' } as const;
type Accumulating = keyof typeof ACCUMULATES;

/** Verbs that change nothing when they run out of memory, except that all gradients are gone. */
const REPEATABLE: ReadonlySet<Verb> = new Set([
  'sample',
  'forward',
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
  #accumulated: { verb: Accumulating; args: Args<Accumulating>; tensors: Tensors }[] = [];
  #halvings = 0;

  constructor(engine: EngineClient, onSmallerPasses: (tokenBudget: number) => void) {
    this.#engine = engine;
    this.#onSmallerPasses = onSmallerPasses;
  }

  /** @throws {KnownError} `out-of-memory` where smaller passes do not help, and as the engine does */
  async call<V extends Verb>(verb: V, args: Args<V>, tensors: Tensors = {}): Promise<Answer<V>> {
    for (;;) {
      try {
        const answer = await this.#engine.call(verb, args, tensors);
        this.#remember(verb, args, tensors);
        return answer;
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        if (!REPEATABLE.has(verb)) throw outOfMemory(error);
        await this.#shrink(error);
      }
    }
  }

  #remember<V extends Verb>(verb: V, args: Args<V>, tensors: Tensors): void {
    if (verb in ACCUMULATES) {
      // A verb and its own arguments, whichever of the two it is.
      this.#accumulated.push({ verb: verb as Accumulating, args: args as Args<Accumulating>, tensors });
    } else if (verb === 'optim_step') {
      const { slot } = args as Args<'optim_step'>;
      this.#accumulated = this.#accumulated.filter((one) => ACCUMULATES[one.verb] !== slot);
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
        for (const { verb, args, tensors } of this.#accumulated) await this.#engine.call(verb, args, tensors);
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
