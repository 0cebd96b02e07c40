import { Worker } from 'node:worker_threads';

/**
 * Threads that answer one message with one message each, in order. They start as work comes that no other is free for;
 * one that fails takes with it what it was asked, and nothing more.
 */
export class WorkerPool<Request, Reply> {
  readonly #start: () => Thread<Request, Reply>;
  readonly #size: number;
  #threads: Thread<Request, Reply>[] = [];

  constructor(entry: URL, workerData: unknown, size: number) {
    this.#start = () => new Thread(new Worker(entry, { workerData }));
    this.#size = size;
  }

  /** Asks the thread with the least to do. Rejects when that thread fails. */
  run(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Reply> {
    return this.#idlest().ask(request, transfer);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  #idlest(): Thread<Request, Reply> {
    this.#threads = this.#threads.filter(({ failed }) => !failed);
    const [idlest] = this.#threads.toSorted((one, other) => one.waiting - other.waiting);
    if (idlest && (idlest.waiting === 0 || this.#threads.length >= this.#size)) return idlest;
    const started = this.#start();
    this.#threads.push(started);
    return started;
  }
}

class Thread<Request, Reply> {
  readonly #worker: Worker;
  readonly #asked: PromiseWithResolvers<Reply>[] = [];
  #failed = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: Reply) => this.#asked.shift()?.resolve(reply));
    worker.on('error', (cause) => this.#fail(new Error('a verifier thread failed', { cause })));
    worker.on('exit', (code) =>
      this.#fail(new Error(`a verifier thread ended early with exit code ${code}`)),
    );
  }

  get waiting(): number {
    return this.#asked.length;
  }

  get failed(): boolean {
    return this.#failed;
  }

  ask(request: Request, transfer: readonly ArrayBuffer[]): Promise<Reply> {
    const asked = Promise.withResolvers<Reply>();
    this.#asked.push(asked);
    this.#worker.postMessage(request, transfer);
    return asked.promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failed = true;
    for (const asked of this.#asked.splice(0)) asked.reject(error);
  }
}
