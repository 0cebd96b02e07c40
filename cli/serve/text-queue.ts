import type { TextService } from '#functions/api/completions/text-service.ts';
import { keepLatest } from '#functions/generate/policy/keep-latest.ts';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import { KnownError } from '#shared/errors.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { TextModel, type TextRequest } from '#shared/inference/text/text-model.ts';
import { readStoredName } from '../models/read-model-name.ts';
import { findStoredModel } from '../models/stored-model.ts';

interface Job {
  readonly digest: string;
  readonly build: Parameters<TextService['ask']>[1];
  readonly signal: AbortSignal;
  readonly end: PromiseWithResolvers<void>;
}

/**
 * Completes texts in this process, with one model in memory at a time. Requests that come while others are at work wait,
 * and then go through the model together with all that wait for the same one.
 */
export class TextQueue implements TextService {
  readonly #store: Workspace['store'];
  readonly #open: (digest: string) => Promise<TextModel>;
  #waiting: Job[] = [];
  #working = false;

  readonly precision: WeightPrecision;

  constructor(
    { store, cache }: Pick<Workspace, 'store' | 'cache'>,
    { threads, precision }: { readonly threads: number; readonly precision: WeightPrecision },
  ) {
    this.precision = precision;
    this.#store = store;
    this.#open = keepLatest(async (digest) =>
      TextModel.open(await fetchModelFolder(store, digest, cache), { threads, precision }),
    );
  }

  async find(name: string): Promise<string> {
    return findStoredModel(this.#store, readStoredName(name));
  }

  async ask(digest: string, build: Job['build'], signal: AbortSignal): Promise<void> {
    const end = Promise.withResolvers<void>();
    this.#waiting.push({ digest, build, signal, end });
    if (!this.#working) void this.#work();
    await end.promise;
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (;;) {
      const [first] = this.#waiting;
      if (!first) break;
      const jobs = this.#waiting.filter(({ digest }) => digest === first.digest);
      this.#waiting = this.#waiting.filter(({ digest }) => digest !== first.digest);
      await this.#complete(first.digest, jobs);
    }
    this.#working = false;
  }

  /** Never rejects: each job hears of its own end. */
  async #complete(digest: string, jobs: readonly Job[]): Promise<void> {
    const wanted = jobs.filter(({ signal }) => !signal.aborted);
    try {
      if (wanted.length > 0) {
        const model = await this.#open(digest);
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
