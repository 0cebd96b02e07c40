import type { GenerationRequest, GenerationResult, MadeToken } from '../ports/generator.ts';
import { uniform } from '../sampling/philox.ts';
import { drawToken, type NextToken } from './draw-token.ts';
import { cacheBytesPerToken, KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';

/** One request on its way. */
export class Completion {
  readonly #request: GenerationRequest;
  readonly #limit: number;
  readonly #onToken: (token: MadeToken) => boolean;
  readonly #tokens: number[] = [];
  readonly #logprobs: number[] = [];
  #refused = false;

  constructor(request: GenerationRequest, limit: number, onToken: (token: MadeToken) => boolean) {
    this.#request = request;
    this.#limit = limit;
    this.#onToken = onToken;
  }

  get prompt(): readonly number[] {
    return this.#request.prompt;
  }

  get temperature(): number {
    return this.#request.temperature;
  }

  /** Tokens of prompt and completion, at most. */
  get positions(): number {
    return this.prompt.length + this.#limit;
  }

  get count(): number {
    return this.#tokens.length;
  }

  /** Tokens whose keys and values are there while it is a row of a batch: all but the last. */
  get heldPositions(): number {
    return this.prompt.length + this.count - 1;
  }

  /** Whether there are more tokens than it came with. */
  get hasGrown(): boolean {
    return this.count > (this.#request.begun?.tokens.length ?? 0);
  }

  /** What is stored of its keys and values, if that is as much as it should be. */
  async storedCache(config: ModelConfig): Promise<KvCache | undefined> {
    const { prompt, begun } = this.#request;
    const memory = await begun?.cache?.();
    if (!begun || !memory) return undefined;
    const length = prompt.length + begun.tokens.length - 1;
    if (memory.byteLength !== length * cacheBytesPerToken(config)) return undefined;
    const cache = new KvCache(config, 1, length, memory);
    cache.addRow(length);
    return cache;
  }

  /** Goes on after the tokens that it came with, whose keys and values are there. */
  restore(): void {
    this.#tokens.push(...(this.#request.begun?.tokens ?? []));
  }

  /** Draws the next token, unless it came with that one. */
  draw(next: NextToken): void {
    const known = this.#request.begun?.tokens[this.count];
    if (known !== undefined) {
      this.#tokens.push(known);
      return;
    }
    const { draw, logprobs = true } = this.#request;
    const { token, logprob } = drawToken(next, {
      sampling: this.#request,
      u: uniform(draw, this.count),
      logprob: logprobs,
      seen: () => [...this.prompt, ...this.#tokens],
    });
    this.#tokens.push(token);
    if (logprobs) this.#logprobs.push(logprob);
    const finish = this.ended ? { finish: this.result.finish } : {};
    this.#refused = !this.#onToken({ token, logprob, ...finish });
  }

  get ended(): boolean {
    return this.#stopped || this.count >= this.#limit;
  }

  get lastToken(): number {
    return this.#tokens.at(-1) as number;
  }

  get result(): GenerationResult {
    return {
      tokens: this.#tokens,
      logprobs: this.#logprobs,
      finish: this.#stopped ? 'stop' : 'length',
    };
  }

  get #stopped(): boolean {
    return this.#refused || this.#request.stop.includes(this.lastToken);
  }
}
