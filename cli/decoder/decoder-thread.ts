import { Worker } from 'node:worker_threads';
import { foreignCode, KnownError } from '#shared/errors.ts';
import { type ModelConfig, readModelConfig } from '#shared/inference/model-config.ts';
import { checkGeneration, type GeneratorOptions } from '#shared/inference/onnx-generator.ts';
import type { Scored } from '#shared/inference/score-continuations.ts';
import type { TextGenerator } from '#shared/inference/text/text-model.ts';
import type { GenerationRequest, MadeToken, OnToken } from '#shared/ports/generator.ts';
import type { DecoderReply, DecoderRequest } from './decoder-messages.ts';

interface Asked {
  readonly onToken: (index: number, token: MadeToken) => void;
  readonly end: PromiseWithResolvers<readonly Scored[]>;
}

// The package holds this file and the worker as JavaScript, beside each other.
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './decoder-worker.ts' : './decoder-worker.js',
  import.meta.url,
);

/** A decoder in a thread of its own, so that whoever asks for something else is answered while it computes. One call at a time. */
export class DecoderThread implements TextGenerator {
  readonly #worker: Worker;
  readonly #config: ModelConfig;
  #asked: Asked | undefined;
  #lost: KnownError | undefined;

  private constructor(worker: Worker, config: ModelConfig) {
    this.#worker = worker;
    this.#config = config;
    worker.on('message', (reply: DecoderReply) => this.#hear(reply));
    worker.on('error', (cause) => this.#lose(cause.message, cause));
    worker.on('exit', (code) => this.#lose(`exit code ${code}`));
  }

  /** @param entry - the thread's code. @throws {KnownError} as `loadGenerator` does; `decoder-lost` */
  static async open(options: GeneratorOptions, entry = WORKER): Promise<DecoderThread> {
    const config = await readModelConfig(options.directory);
    const thread = new DecoderThread(new Worker(entry, { workerData: options }), config);
    try {
      await thread.#wait(() => {});
      return thread;
    } catch (error) {
      await thread.terminate();
      throw error;
    }
  }

  /** Whether its thread has ended, so that nothing can be asked of it any more. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  checkRequest(request: Pick<GenerationRequest, 'prompt' | 'maxTokens'>): void {
    checkGeneration(request, this.#config);
  }

  /** @throws {KnownError} as `OnnxGenerator.score` does; `decoder-lost` */
  async score(
    prompt: readonly number[],
    continuations: readonly (readonly number[])[],
  ): Promise<readonly Scored[]> {
    return this.#ask({ kind: 'score', prompt, continuations });
  }

  /** @throws {KnownError} as `OnnxGenerator.generate` does; `decoder-lost` */
  async generate(
    requests: readonly GenerationRequest[],
    _onMade: undefined,
    onToken: OnToken,
  ): Promise<void> {
    const refused = new Int32Array(new SharedArrayBuffer(requests.length * Int32Array.BYTES_PER_ELEMENT));
    const plain = requests.map(plainRequest);
    await this.#ask({ kind: 'generate', requests: plain, refused }, (index, token) => {
      // Tokens that were on their way when a completion was refused are no more than that.
      if (refused[index] === 0 && !onToken(index, token)) Atomics.store(refused, index, 1);
    });
  }

  /** Frees its memory once it has done what it was asked. */
  async dispose(): Promise<void> {
    if (this.#lost) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.postMessage({ kind: 'end' } satisfies DecoderRequest);
    await ended;
  }

  /** Ends the thread, whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(request: DecoderRequest, onToken: Asked['onToken'] = () => {}): Promise<readonly Scored[]> {
    if (this.#lost) throw this.#lost;
    this.#worker.postMessage(request);
    return this.#wait(onToken);
  }

  async #wait(onToken: Asked['onToken']): Promise<readonly Scored[]> {
    const end = Promise.withResolvers<readonly Scored[]>();
    this.#asked = { onToken, end };
    return end.promise;
  }

  #hear(reply: DecoderReply): void {
    const asked = this.#asked;
    if (!asked) return; // it has ended
    if (reply.kind === 'token') {
      asked.onToken(reply.index, reply.token);
      return;
    }
    this.#asked = undefined;
    if (reply.kind === 'done') asked.end.resolve(reply.scored);
    else if (reply.code === undefined) asked.end.reject(new Error(reply.message));
    else asked.end.reject(new KnownError(foreignCode(reply.code), reply.message)); // as the thread threw it
  }

  #lose(how: string, cause?: Error): void {
    this.#lost ??= new KnownError(
      'decoder-lost',
      `The thread of the decoder ended while it was in use (${how}). Ask again: the model is loaded anew.`,
      { cause },
    );
    this.#asked?.end.reject(this.#lost);
    this.#asked = undefined;
  }
}

/** What another thread can be sent of a request: texts have callbacks beside it. */
function plainRequest(request: GenerationRequest): GenerationRequest {
  const { prompt, maxTokens, stop, draw, logprobs } = request;
  const { temperature, topP, topK, minP, repetitionPenalty } = request;
  const sampling = { temperature, topP, topK, minP, repetitionPenalty };
  return { prompt, maxTokens, stop, draw, ...sampling, ...(logprobs !== undefined && { logprobs }) };
}
