/**
 * Samples by the decoder that scores checkpoints: fp32 on CPU threads, from weights that the engine writes into a folder,
 * which lies in memory where there is room. The decoder is opened anew for each step, which takes milliseconds for a small
 * model, and gives its memory back before the engine goes on.
 *
 * Every uniform is the engine's own, a function of seed, step, row and sample, so that a step which is drawn again, by
 * whichever driver, has the same bits.
 */
import { KnownError, messageOf } from '#shared/errors.ts';
import { loadGenerator, type OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { GenerationRequest, GenerationResult, Made } from '#shared/ports/generator.ts';
import { CANARY_TOKENS, checkCanary } from './canary.ts';
import type { Policy } from './policy.ts';
import type { DrawnCompletion, SampleAsk, Sampler } from './sampler.ts';

export interface OnnxSamplerSettings {
  /** Where published weights lie. */
  readonly folder: string;
  /** Of the decoder; what is drawn does not depend on them. */
  readonly threads: number;
  /** Nats per token; see `checkCanary`. */
  readonly maxMismatch: number;
  /** Ends drawing between two tokens. */
  readonly interruption: AbortSignal;
  /** Told how many completions of a step have ended. */
  readonly onProgress: (done: number, total: number) => void;
}

const PROGRESS_MS = 250;

/**
 * A sampler of the decoder's.
 *
 * @throws {KnownError} from `sample`: `weight-nonfinite` or `logits-nonfinite` where training diverged, `sampler-mismatch`,
 *   `interrupted`, `out-of-memory`, and as `loadGenerator` and `OnnxGenerator.generate` do
 */
export class OnnxSampler implements Sampler {
  readonly #policy: Policy;
  readonly #settings: OnnxSamplerSettings;
  #isPublished = false;

  constructor(policy: Policy, settings: OnnxSamplerSettings) {
    this.#policy = policy;
    this.#settings = settings;
  }

  async publish(): Promise<void> {
    this.#isPublished = false; // what lies there is a mixture until all of it is written
    await this.#policy.exportWeights(this.#settings.folder);
    this.#isPublished = true;
  }

  async sample(ask: SampleAsk): Promise<readonly DrawnCompletion[]> {
    if (!this.#isPublished) throw new Error('nothing is published');
    const drawn = await this.#draw(ask).catch((error: unknown) => {
      throw isOutOfMemory(error) ? outOfMemory(error) : error;
    });
    await this.#checkLongest(ask, drawn);
    return drawn;
  }

  async #draw(ask: SampleAsk): Promise<readonly DrawnCompletion[]> {
    const { folder: directory, threads } = this.#settings;
    const generator = await loadGenerator({ directory, threads });
    try {
      return await this.#drawWith(generator, ask);
    } finally {
      await generator.dispose();
    }
  }

  async #drawWith(generator: OnnxGenerator, ask: SampleAsk): Promise<readonly DrawnCompletion[]> {
    const { interruption } = this.#settings;
    const turn = { goesOn: () => !interruption.aborted, onOpen: async () => {}, onRun: () => {} };
    const requests = requestsOf(ask);
    const results = await generator.generateInTurn(requests, turn, this.#progressOf(requests.length));
    return results.map((result) => {
      if (result) return drawnOf(result);
      throw new KnownError('interrupted', 'Sampling was given up.');
    });
  }

  /** The longest completion of a step is its canary: that its tokens are drawn anyway, the engine alone computes for it. */
  async #checkLongest(
    { prompts, samples, temperature }: SampleAsk,
    drawn: readonly DrawnCompletion[],
  ): Promise<void> {
    const most = Math.max(...drawn.map(({ tokens }) => tokens.length));
    const b = drawn.findIndex(({ tokens }) => tokens.length === most);
    const { tokens, logprobs } = drawn[b] as DrawnCompletion; // the longest is one of them
    const prompt = prompts[Math.floor(b / samples)] as Int32Array;
    const scored = await this.#policy.score(prompt, tokens.subarray(0, CANARY_TOKENS), temperature);
    checkCanary(logprobs.subarray(0, CANARY_TOKENS), scored, this.#settings.maxMismatch, FAULTS);
  }

  #progressOf(total: number): (made: Made) => void {
    let told = performance.now();
    return ({ completions }) => {
      const now = performance.now();
      if (now - told < PROGRESS_MS) return;
      told = now;
      this.#settings.onProgress(completions, total);
    };
  }
}

const FAULTS = 'The decoder has other weights than the engine, or computes otherwise.';

/** Of Node, and of ONNX Runtime in what its errors quote. */
function isOutOfMemory(error: unknown): boolean {
  return /Array buffer allocation failed|bad_alloc|Failed to allocate memory/.test(messageOf(error));
}

function outOfMemory(cause: unknown): KnownError {
  const message =
    `The decoder found no memory to draw in (${messageOf(cause)}). Nothing that was committed is lost: free some, or run the ` +
    'same command again on a machine with more; or train with --sampler engine as another run.';
  return new KnownError('out-of-memory', message, { cause });
}

/** [G·K], the K of a prompt beside each other. */
function requestsOf(ask: SampleAsk): GenerationRequest[] {
  const { prompts, samples, temperature, topP, maxTokens, stop, seed, step } = ask;
  return prompts.flatMap((ids, row) => {
    const prompt = [...ids];
    const rest = { prompt, temperature, topP, maxTokens, stop };
    return Array.from({ length: samples }, (_, sample) => ({ ...rest, draw: { seed, step, row, sample } }));
  });
}

function drawnOf({ tokens, logprobs, finish }: GenerationResult): DrawnCompletion {
  return {
    tokens: Int32Array.from(tokens),
    logprobs: Float32Array.from(logprobs),
    stopped: finish === 'stop',
  };
}
