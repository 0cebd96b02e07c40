import type {
  GenerationRequest,
  GenerationResult,
  InterruptibleGenerator,
  Made,
  OnToken,
  Turn,
} from '../ports/generator.ts';
import { Completion } from './completion.ts';
import { ContinuousBatch } from './continuous-batch.ts';
import { type Decoder, type DecoderOptions, loadDecoder } from './decoder.ts';
import { CACHE_SHARE } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import { rowsThatFit, tokenLimit } from './request-limits.ts';
import type { Scored } from './score-continuations.ts';
import { usableMemory } from './usable-memory.ts';

/** What one decoder takes for keys and values at most, and several share. */
export function defaultCacheBytes(): number {
  return usableMemory() * CACHE_SHARE;
}

export interface GeneratorOptions extends DecoderOptions {
  readonly directory: string;
  /** For the keys and values of all rows that are decoded together; `defaultCacheBytes` where none is given. */
  readonly cacheBytes?: number;
}

/**
 * Opens a Hugging Face folder for generation.
 *
 * @throws {KnownError} where the folder is incomplete, damaged or of an unsupported architecture
 */
export async function loadGenerator({
  directory,
  cacheBytes,
  ...options
}: GeneratorOptions): Promise<OnnxGenerator> {
  return new OnnxGenerator(await loadDecoder(directory, options), cacheBytes);
}

/**
 * Generates with continuous batching: a row that ends makes room at once for the next request, of the same call or of another.
 * Which requests share a batch decides how fast completions come, never what they say.
 */
export class OnnxGenerator implements InterruptibleGenerator {
  readonly #decoder: Decoder;
  readonly #cacheBytes: number;
  readonly #batch: ContinuousBatch;

  constructor(decoder: Decoder, cacheBytes = defaultCacheBytes()) {
    this.#decoder = decoder;
    this.#cacheBytes = cacheBytes;
    this.#batch = new ContinuousBatch(decoder, cacheBytes);
  }

  get config(): ModelConfig {
    return this.#decoder.config;
  }

  /** Requests that could begin at once beside those at work. */
  get freeRows(): number {
    return this.#batch.freeRows;
  }

  /** @throws {KnownError} `prompt-empty`, `prompt-too-long` or `token-unknown`, where nothing can follow a prompt */
  checkPrompt(prompt: readonly number[]): void {
    tokenLimit({ prompt, maxTokens: 1 }, this.config);
  }

  /** @throws {KnownError} as `generate` does for this request alone */
  checkRequest(request: Pick<GenerationRequest, 'prompt' | 'maxTokens'>): void {
    checkGeneration(request, this.config, this.#cacheBytes);
  }

  /**
   * A completion that reaches the model's context ends there, as one that reaches `maxTokens` does.
   *
   * @throws {KnownError} `prompt-empty`, `prompt-too-long`, `token-unknown` or `cache-too-small`, before anything is generated
   */
  async generate(
    requests: readonly GenerationRequest[],
    onMade?: (made: Made) => void,
    onToken?: OnToken,
  ): Promise<readonly GenerationResult[]> {
    const completions = await this.#complete(requests, NO_LIMIT, onMade, onToken);
    return completions.map(({ result }) => result);
  }

  /** @throws {KnownError} as `generate` does */
  async generateInTurn(
    requests: readonly GenerationRequest[],
    turn: Turn,
    onMade?: (made: Made) => void,
  ): Promise<readonly (GenerationResult | undefined)[]> {
    const completions = await this.#complete(requests, turn, onMade);
    return completions.map((completion) => (completion.ended ? completion.result : undefined));
  }

  async #complete(
    requests: readonly GenerationRequest[],
    turn: Turn,
    onMade: (made: Made) => void = () => {},
    onToken: OnToken = () => true,
  ): Promise<readonly Completion[]> {
    if (requests.length === 0) return [];
    const completions = requests.map(
      (request, index) =>
        new Completion(request, tokenLimit(request, this.config), (token) => onToken(index, token)),
    );
    await this.#batch.complete(completions, turn, onMade);
    return completions;
  }

  /**
   * How probable continuations of a prompt are: of several answers to choose from, that with the largest sum of logarithms is
   * the model's.
   *
   * @throws {KnownError} `prompt-empty`, `prompt-too-long`, `token-unknown` or `cache-too-small`, before any is scored
   */
  async score(
    prompt: readonly number[],
    continuations: readonly (readonly number[])[],
  ): Promise<readonly Scored[]> {
    for (const text of [prompt, ...continuations.map((continuation) => [...prompt, ...continuation])]) {
      // Its last token is read for what would follow, which needs no place of its own.
      tokenLimit({ prompt: text, maxTokens: 1 }, { ...this.config, context: this.config.context + 1 });
      rowsThatFit(text.length, this.config, this.#cacheBytes);
    }
    return this.#decoder.score(prompt, continuations);
  }

  /** Frees the model's memory; the generator cannot be used afterwards. */
  async dispose(): Promise<void> {
    await this.#decoder.release();
  }
}

const NO_LIMIT: Turn = { goesOn: () => true, onOpen: async () => {}, onRun: () => {} };

/** @throws {KnownError} as `OnnxGenerator.generate` does for this request alone */
export function checkGeneration(
  request: Pick<GenerationRequest, 'prompt' | 'maxTokens'>,
  config: ModelConfig,
  cacheBytes = defaultCacheBytes(),
): void {
  rowsThatFit(request.prompt.length + tokenLimit(request, config), config, cacheBytes);
}
