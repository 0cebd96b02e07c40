import { setImmediate } from 'node:timers/promises';
import { KnownError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type {
  GenerationRequest,
  GenerationResult,
  InterruptibleGenerator,
  Made,
  MadeToken,
  OnToken,
  Turn,
} from '../ports/generator.ts';
import { uniform } from '../sampling/philox.ts';
import type { Stepped } from './decode-batch.ts';
import { type Decoder, type DecoderOptions, loadDecoder } from './decoder.ts';
import { drawToken, type NextToken } from './draw-token.ts';
import { CACHE_SHARE, cacheBytesPerToken, KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import type { Scored } from './score-continuations.ts';
import { usableMemory } from './usable-memory.ts';

/** More rows than this make a step longer in proportion, so nothing is gained. */
export const MAX_ROWS = 64;

/** Completions without an end whose keys and values are copied and stored at a time: one connection does not fill the way. */
const MOST_STORED_TOGETHER = 4;
/** Which those copies may take beside the cache, one of them excepted. */
const COPIED_BYTES = 256e6;

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
 * Generates with continuous batching: a row that ends makes room for the next request at once. Which requests share a
 * batch decides how fast completions come, never what they say.
 */
export class OnnxGenerator implements InterruptibleGenerator {
  readonly #decoder: Decoder;
  readonly #cacheBytes: number;

  constructor(decoder: Decoder, cacheBytes = defaultCacheBytes()) {
    this.#decoder = decoder;
    this.#cacheBytes = cacheBytes;
  }

  get config(): ModelConfig {
    return this.#decoder.config;
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
    { goesOn, onOpen, onRun }: Turn,
    onMade: (made: Made) => void = () => {},
    onToken: OnToken = () => true,
  ): Promise<readonly Completion[]> {
    if (requests.length === 0) return [];
    const completions = requests.map(
      (request, index) =>
        new Completion(request, tokenLimit(request, this.config), (token) => onToken(index, token)),
    );
    const positions = Math.max(...completions.map(({ positions }) => positions));
    const rows = Math.min(MAX_ROWS, requests.length, rowsThatFit(positions, this.config, this.#cacheBytes));
    const batch = this.#decoder.batch(rows, positions);
    const waiting = this.#admissions(completions, rows, onRun);
    const running: Completion[] = []; // row by row of the batch
    const made = { completions: 0, tokens: 0 };
    try {
      for (;;) {
        while (running.length < rows && goesOn(batch.heldBytes)) {
          const next = await waiting.next(rows - running.length);
          if (next.done) break;
          const { completion, cache, row, logits } = next.value;
          if (logits) completion.draw({ logits });
          else completion.restore();
          made.tokens += completion.count;
          if (completion.ended) made.completions += 1;
          else {
            batch.add({ cache }, row);
            running.push(completion);
          }
        }
        onMade({ ...made });
        if (running.length === 0 || !goesOn(batch.heldBytes)) break;

        const step = () =>
          batch.step(
            running.map(({ lastToken }) => lastToken),
            running.map(({ temperature }) => temperature),
          );
        const stepped = await timed(step, (seconds) => onRun('steps', seconds));
        made.tokens += running.length;
        // From the last row on, since a row that ends is replaced by the last one, which has been looked at.
        for (let row = running.length - 1; row >= 0; row--) {
          const completion = running[row] as Completion;
          completion.draw(nextOf(stepped, row, this.config));
          if (!completion.ended) continue;
          made.completions += 1;
          batch.remove(row);
          running[row] = running.at(-1) as Completion;
          running.pop();
        }
        await setImmediate(); // a run blocks the thread, and others have work too
      }
      const open = [...running.entries()].filter(([, { hasGrown }]) => hasGrown);
      await inParallel(open, storedTogether(positions, this.config), ([row, completion]) =>
        onOpen(completions.indexOf(completion), {
          tokens: completion.result.tokens,
          cache: () => batch.memoryOf(row),
        }),
      );
      return completions;
    } finally {
      batch.release();
    }
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

  /**
   * Completions whose next token can be drawn or run, one by one; each time it is told how many rows are free. First come those
   * whose cache is stored. Those of equal prompts follow each other and share a prefill, and as many prompts go through the
   * model together as there are rows for.
   */
  async *#admissions(
    completions: readonly Completion[],
    rows: number,
    onRun: Turn['onRun'],
  ): AsyncGenerator<Admitted, void, number> {
    let free = rows;
    const others: Completion[] = [];
    for (const completion of completions) {
      const cache = await completion.storedCache(this.config);
      if (cache) free = yield { completion, cache, row: 0 };
      else others.push(completion);
    }
    const groups = [...Map.groupBy(others, ({ prompt }) => prompt.join()).values()];
    while (groups.length > 0) {
      let wanted = 0;
      const count = groups.findIndex((group) => {
        wanted += group.length;
        return wanted >= free;
      });
      const taken = groups.splice(0, count < 0 ? groups.length : count + 1);
      const run = () => this.#decoder.prefill(taken.map(([first]) => (first as Completion).prompt));
      const { cache, logits } = await timed(run, (seconds) => onRun('prompts', seconds));
      for (const [row, group] of taken.entries())
        for (const completion of group)
          free = yield { completion, cache, row, logits: rowOf(logits, row, this.config) };
    }
  }
}

const NO_LIMIT: Turn = { goesOn: () => true, onOpen: async () => {}, onRun: () => {} };

async function timed<T>(work: () => Promise<T>, tell: (seconds: number) => void): Promise<T> {
  const start = performance.now();
  const result = await work();
  tell((performance.now() - start) / 1000);
  return result;
}

interface Admitted {
  readonly completion: Completion;
  readonly cache: KvCache;
  /** Of the cache. */
  readonly row: number;
  /** For its first token; none where it goes on after its last. */
  readonly logits?: Float32Array;
}

function rowOf(values: Float32Array, row: number, { vocabulary }: ModelConfig): Float32Array {
  return values.subarray(row * vocabulary, (row + 1) * vocabulary);
}

function nextOf({ logits, best, total, shares }: Stepped, row: number, config: ModelConfig): NextToken {
  return {
    logits: rowOf(logits, row, config),
    digest: {
      best: Number(best[row]),
      total: total[row] as number,
      shares: rowOf(shares, row, config),
    },
  };
}

/** One request on its way. */
class Completion {
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

/** @throws {KnownError} as `OnnxGenerator.generate` does for this request alone */
export function checkGeneration(
  request: Pick<GenerationRequest, 'prompt' | 'maxTokens'>,
  config: ModelConfig,
  cacheBytes = defaultCacheBytes(),
): void {
  rowsThatFit(request.prompt.length + tokenLimit(request, config), config, cacheBytes);
}

/** How many tokens a completion may have: `maxTokens`, as far as the context allows. */
function tokenLimit(
  { prompt, maxTokens, begun }: Pick<GenerationRequest, 'prompt' | 'maxTokens' | 'begun'>,
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
  const unknown = [...prompt, ...(begun?.tokens ?? [])].find(
    (token) => !Number.isInteger(token) || token < 0 || token >= vocabulary,
  );
  if (unknown !== undefined)
    throw new KnownError(
      'token-unknown',
      `A prompt holds the token ${unknown}, but the model's vocabulary ends at ${vocabulary - 1}. ` +
        'Tokenizer and weights are of different models: fetch both again.',
    );
  return Math.min(maxTokens, context - prompt.length);
}

/** @param positions - of the longest completion, at most */
function storedTogether(positions: number, config: ModelConfig): number {
  const fitting = Math.floor(COPIED_BYTES / (positions * cacheBytesPerToken(config)));
  return Math.max(1, Math.min(MOST_STORED_TOGETHER, fitting));
}

/** @throws {KnownError} `cache-too-small` where not even one row does */
function rowsThatFit(positions: number, config: ModelConfig, cacheBytes: number): number {
  const rowBytes = positions * cacheBytesPerToken(config);
  const rows = Math.floor(cacheBytes / rowBytes);
  if (rows >= 1) return rows;
  throw new KnownError(
    'cache-too-small',
    `A completion of ${positions} tokens with its prompt takes ${rowBytes} bytes for keys and values, and there are ` +
      `${cacheBytes}. Ask for fewer tokens, or give the decoder more memory.`,
  );
}
