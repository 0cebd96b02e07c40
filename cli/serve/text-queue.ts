import type { TextService } from '#functions/api/completions/text-service.ts';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import { KnownError } from '#shared/errors.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { TextModel, type TextRequest } from '#shared/inference/text/text-model.ts';
import { DecoderThread } from '../decoder/decoder-thread.ts';
import { readStoredName } from '../models/read-model-name.ts';
import { findStoredModel } from '../models/stored-model.ts';

interface Job {
  readonly digest: string;
  readonly build: Parameters<TextService['ask']>[1];
  readonly signal: AbortSignal;
  readonly end: PromiseWithResolvers<void>;
}

interface Held {
  readonly digest: string;
  readonly thread: DecoderThread;
  readonly model: TextModel;
}

export interface TextQueueOptions {
  readonly threads: number;
  readonly precision: WeightPrecision;
  /** So long after the last request its memory is freed. */
  readonly idleMs?: number;
  /** The code of the decoder's thread, where it is not `decoder-worker.ts`. */
  readonly entry?: URL;
}

const IDLE_MS = 600_000;

/**
 * Completes texts in a thread of its own, with one model in memory at a time, until nobody has asked for a while. Requests that come
 * while others are at work wait, and then go through the model together with all that wait for the same one.
 */
export class TextQueue implements TextService {
  readonly #place: Pick<Workspace, 'store' | 'cache'>;
  readonly #options: TextQueueOptions;
  #waiting: Job[] = [];
  #working = false;
  #held: Held | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(place: Pick<Workspace, 'store' | 'cache'>, options: TextQueueOptions) {
    this.#place = place;
    this.#options = options;
  }

  get precision(): WeightPrecision {
    return this.#options.precision;
  }

  /** Whether a model is in memory. */
  get isLoaded(): boolean {
    return this.#held !== undefined;
  }

  async find(name: string): Promise<string> {
    return findStoredModel(this.#place.store, readStoredName(name));
  }

  async ask(digest: string, build: Job['build'], signal: AbortSignal): Promise<void> {
    const end = Promise.withResolvers<void>();
    this.#waiting.push({ digest, build, signal, end });
    if (!this.#working) void this.#work();
    await end.promise;
  }

  /** Ends the thread, whatever it computes. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#held?.thread.terminate();
  }

  async #work(): Promise<void> {
    this.#working = true;
    clearTimeout(this.#idle);
    for (;;) {
      const [first] = this.#waiting;
      if (!first) break;
      const jobs = this.#waiting.filter(({ digest }) => digest === first.digest);
      this.#waiting = this.#waiting.filter(({ digest }) => digest !== first.digest);
      await this.#complete(first.digest, jobs);
    }
    this.#working = false;
    this.#idle = setTimeout(() => void this.#freeIdle(), this.#options.idleMs ?? IDLE_MS).unref();
  }

  /** Nothing else is begun meanwhile. */
  async #freeIdle(): Promise<void> {
    this.#working = true;
    await this.#free();
    this.#working = false;
    if (this.#waiting.length > 0) void this.#work();
  }

  async #free(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.model.release();
  }

  /** @throws {KnownError} as `fetchModelFolder`, `TextModel.open` and `DecoderThread.open` do */
  async #modelOf(digest: string): Promise<TextModel> {
    if (this.#held?.digest === digest && !this.#held.thread.isLost) return this.#held.model;
    await this.#free();
    const { store, cache } = this.#place;
    const { threads, precision, entry } = this.#options;
    const directory = await fetchModelFolder(store, digest, cache);
    const thread = await DecoderThread.open({ directory, threads, precision }, entry);
    try {
      const model = await TextModel.open(directory, { threads, precision }, async () => thread);
      this.#held = { digest, model, thread };
      return model;
    } catch (error) {
      await thread.terminate();
      throw error;
    }
  }

  /** Never rejects: each job hears of its own end. */
  async #complete(digest: string, jobs: readonly Job[]): Promise<void> {
    const wanted = jobs.filter(({ signal }) => !signal.aborted);
    try {
      if (wanted.length > 0) {
        const model = await this.#modelOf(digest);
        const requests: TextRequest[] = [];
        for (const job of wanted) requests.push(...(await requestsOf(job, model)));
        await model.complete(requests);
      }
      // Those that have ended otherwise do not hear it.
      for (const { end } of jobs) end.reject(new KnownError('client-gone', 'Nobody waits for the text.'));
    } catch (error) {
      for (const { end } of jobs) end.reject(error);
    }
  }
}

/** The requests of a job, of which the last that ends ends the job; none where they cannot be made or there are none. */
async function requestsOf({ build, end }: Job, model: TextModel): Promise<readonly TextRequest[]> {
  try {
    const requests = await build(model);
    let open = requests.length;
    if (open === 0) end.resolve();
    return requests.map((request) => ({
      ...request,
      onPiece: (piece) => {
        request.onPiece(piece);
        if (piece.finish !== undefined) open -= 1;
        if (open === 0) end.resolve();
      },
    }));
  } catch (error) {
    end.reject(error);
    return [];
  }
}
