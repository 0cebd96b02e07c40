import { KnownError } from '../errors.ts';
import type { GenerationRequest, GenerationResult, Generator, Made } from '../ports/generator.ts';
import { inverseCdf } from '../sampling/inverse-cdf.ts';
import { uniform } from '../sampling/philox.ts';
import { type Decoder, loadDecoder, type Prefilled } from './decoder.ts';
import type { ModelConfig } from './model-config.ts';

/** More rows than this make a step longer in proportion, so nothing is gained. */
const MAX_ROWS = 64;
const CACHE_BYTES = 2 ** 30;

/**
 * Opens a Hugging Face folder for generation.
 *
 * @param threads - of the operators; completions do not depend on it
 * @throws {KnownError} where the folder is incomplete, damaged or of an unsupported architecture
 */
export async function loadGenerator({
  directory,
  threads,
}: {
  directory: string;
  threads: number;
}): Promise<OnnxGenerator> {
  return new OnnxGenerator(await loadDecoder(directory, { threads }));
}

/**
 * Generates with continuous batching: a row that ends makes room for the next request at once. Which requests share a
 * batch decides how fast completions come, never what they say.
 */
export class OnnxGenerator implements Generator {
  readonly #decoder: Decoder;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  get config(): ModelConfig {
    return this.#decoder.config;
  }

  /** @throws {KnownError} `prompt-empty`, `prompt-too-long` or `token-unknown`, where nothing can follow a prompt */
  checkPrompt(prompt: readonly number[]): void {
    tokenLimit({ prompt, maxTokens: 1 }, this.config);
  }

  /**
   * A completion that reaches the model's context ends there, as one that reaches `maxTokens` does.
   *
   * @throws {KnownError} `prompt-empty`, `prompt-too-long` or `token-unknown`, before anything is generated
   */
  async generate(
    requests: readonly GenerationRequest[],
    onMade: (made: Made) => void = () => {},
  ): Promise<readonly GenerationResult[]> {
    const limits = requests.map((request) => tokenLimit(request, this.config));
    const results: GenerationResult[] = [];
    const waiting = this.#admissions(requests, limits);
    const rows = maxRows(requests, limits, this.config);
    const cache = this.#decoder.createCache(rows);
    const running: Completion[] = []; // row by row of the cache
    let tokens = 0;

    for (;;) {
      while (running.length < rows) {
        const next = await waiting.next();
        if (next.done) break;
        const { completion, prefilled } = next.value;
        tokens += 1;
        if (completion.draw(prefilled.logits)) {
          cache.addCopy(prefilled.cache);
          running.push(completion);
        } else results[completion.index] = completion.result;
      }
      onMade({ completions: results.reduce((ended) => ended + 1, 0), tokens }); // `reduce` passes over holes
      if (running.length === 0) return results;

      const logits = await this.#decoder.step(
        cache,
        running.map((completion) => completion.lastToken),
      );
      tokens += running.length;
      const { vocabulary } = this.config;
      // From the last row on, since a row that ends is replaced by the last one, which has been looked at.
      for (const [row, completion] of [...running.entries()].reverse()) {
        if (completion.draw(logits.subarray(row * vocabulary, (row + 1) * vocabulary))) continue;
        results[completion.index] = completion.result;
        cache.removeRow(row);
        running[row] = running.at(-1) as Completion;
        running.pop();
      }
    }
  }

  /** Frees the model's memory; the generator cannot be used afterwards. */
  async dispose(): Promise<void> {
    await this.#decoder.release();
  }

  /** Requests of equal prompts follow each other and share a prefill, which is made when the first is admitted. */
  async *#admissions(requests: readonly GenerationRequest[], limits: readonly number[]) {
    const groups = Map.groupBy(requests.keys(), (index) =>
      (requests[index] as GenerationRequest).prompt.join(),
    );
    for (const group of groups.values()) {
      let prefilled: Prefilled | undefined;
      for (const index of group) {
        const request = requests[index] as GenerationRequest;
        prefilled ??= await this.#decoder.prefill(request.prompt);
        yield { completion: new Completion(index, request, limits[index] as number), prefilled };
      }
    }
  }
}

/** One request on its way. */
class Completion {
  readonly index: number;
  readonly #request: GenerationRequest;
  readonly #limit: number;
  readonly #tokens: number[] = [];
  readonly #logprobs: number[] = [];

  constructor(index: number, request: GenerationRequest, limit: number) {
    this.index = index;
    this.#request = request;
    this.#limit = limit;
  }

  /** Draws the next token; answers whether the completion goes on. */
  draw(logits: Float32Array): boolean {
    const { temperature, topP, draw } = this.#request;
    const u = uniform(draw, this.#tokens.length);
    const { token, logprob } = inverseCdf(logits, { temperature, topP, u });
    this.#tokens.push(token);
    this.#logprobs.push(logprob);
    return !this.#stopped && this.#tokens.length < this.#limit;
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
    return this.#request.stop.includes(this.lastToken);
  }
}

/** How many tokens a completion may have: `maxTokens`, as far as the context allows. */
function tokenLimit(
  { prompt, maxTokens }: Pick<GenerationRequest, 'prompt' | 'maxTokens'>,
  { context, vocabulary }: ModelConfig,
): number {
  if (prompt.length === 0)
    throw new KnownError('prompt-empty', 'A prompt has no tokens. Give each problem a text.');
  if (prompt.length >= context)
    throw new KnownError(
      'prompt-too-long',
      `A prompt has ${prompt.length} tokens, which leaves no room in the model's context of ${context}. ` +
        'Shorten the problem or choose a model with a longer context.',
    );
  const unknown = prompt.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabulary);
  if (unknown !== undefined)
    throw new KnownError(
      'token-unknown',
      `A prompt holds the token ${unknown}, but the model's vocabulary ends at ${vocabulary - 1}. ` +
        'Tokenizer and weights are of different models: fetch both again.',
    );
  return Math.min(maxTokens, context - prompt.length);
}

/** As many rows as the memory for their keys and values allows. */
function maxRows(
  requests: readonly GenerationRequest[],
  limits: readonly number[],
  { layers, kvHeads, headDim }: ModelConfig,
): number {
  const longest = requests.reduce(
    (length, { prompt }, i) => Math.max(length, prompt.length + (limits[i] as number)),
    1,
  );
  const rowBytes = longest * layers * 2 * kvHeads * headDim * 4;
  return Math.max(1, Math.min(MAX_ROWS, requests.length, Math.floor(CACHE_BYTES / rowBytes)));
}
