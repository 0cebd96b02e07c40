import { lostServer } from '#shared/adapters/vllm/lost-server.ts';
import type { ServerProcess } from '#shared/adapters/vllm/server-process.ts';
import type { VllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { policyChanged } from './policy-changed.ts';

export interface ModelServerPorts {
  /** A folder with the policy files of a model, checked against its digest now. */
  readonly fetchModel: (digest: string) => Promise<string>;
  /** Equal for models whose weights a running server can take one after the other. */
  readonly shapeOf: (folder: string) => Promise<string>;
  readonly control: VllmControl;
  /** Gives a server that takes requests. Absent: it runs elsewhere, and is neither started nor ended. */
  readonly start?: ((folder: string) => Promise<ServerProcess>) | undefined;
  /** Ends early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly heartbeatMs: number;
  readonly log: (entry: LogEntry) => void;
}

/** Unanswered looks at its health, one after the other, after which a server counts as lost. */
const MISSES = 3;

/** One vLLM server and what it holds. Callers take turns: a worker takes one message at a time. */
export class ModelServer {
  readonly #ports: ModelServerPorts;
  #process: ServerProcess | undefined;
  #shape = '';

  constructor(ports: ModelServerPorts) {
    this.#ports = ports;
  }

  /**
   * Makes the server hold a model and say so. Starts a server that is not there, and starts it anew for a model of
   * another shape.
   *
   * @throws {KnownError} `model-server-failed`, `model-server-slow`, `model-server-port-taken`, `model-server-lost`,
   *   `model-server-refused`, `policy-changed`, and as `fetchModel` does
   */
  async hold(model: string): Promise<void> {
    const { control, fetchModel, start, log } = this.#ports;
    const runs = await this.#runs();
    if (runs) await control.wake();
    if (runs && (await control.weightVersion()) === model) return;
    const folder = await fetchModel(model);
    if (start) await this.#bring(model, folder, start, runs);
    else await control.load(folder, model);
    await this.check(model);
    log({ level: 'info', event: 'model-loaded', model });
  }

  /** @throws {KnownError} `policy-changed` unless the server says that it holds this model */
  async check(model: string): Promise<void> {
    const version = await this.#ports.control.weightVersion();
    if (version !== model) throw policyChanged(version, model);
  }

  /**
   * Does work that needs the server, and gives it up once the server is gone.
   *
   * @throws {KnownError} `model-server-lost`
   */
  async whileAlive<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const lost = new AbortController();
    const done = new AbortController();
    void this.#watch(lost, done.signal);
    try {
      return await work(lost.signal);
    } catch (error) {
      lost.signal.throwIfAborted();
      throw error;
    } finally {
      done.abort();
    }
  }

  /** Gives the GPU's memory back, as far as the server can. */
  async rest(): Promise<void> {
    if (await this.#runs()) await this.#ports.control.sleep();
  }

  /** Ends the server, if it is ours. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Whether the server takes requests. @throws {KnownError} `model-server-lost` where it is not ours to start */
  async #runs(): Promise<boolean> {
    const { start, log } = this.#ports;
    if (start && !this.#process) return false;
    if (this.#process?.alive() === false) {
      log({ level: 'error', event: 'model-server-ended', detail: await this.#process.ended });
      return false;
    }
    const healthy = await this.#answers(NEVER);
    if (!healthy && !start) throw unhealthy();
    return healthy;
  }

  /** A model into our own server: into the one that runs where that is possible, else into a new one. */
  async #bring(
    model: string,
    folder: string,
    start: NonNullable<ModelServerPorts['start']>,
    runs: boolean,
  ): Promise<void> {
    const { control, shapeOf } = this.#ports;
    const shape = await shapeOf(folder);
    if (runs && shape === this.#shape) {
      try {
        return await control.load(folder, model);
      } catch (error) {
        await this.stop(); // its weights may be half replaced
        throw error;
      }
    }
    await this.stop();
    this.#process = await start(folder);
    this.#shape = shape;
    await control.label(model); // it was started with this folder
  }

  async #watch(lost: AbortController, done: AbortSignal): Promise<void> {
    const { pause, heartbeatMs } = this.#ports;
    while (!done.aborted) {
      await pause(heartbeatMs, done);
      if (!(await this.#answers(done))) return lost.abort(unhealthy());
    }
  }

  /** Whether its health is answered, in one of some tries: on a busy machine one may take too long. */
  async #answers(done: AbortSignal): Promise<boolean> {
    const { control, pause, heartbeatMs } = this.#ports;
    for (let misses = 0; misses < MISSES; misses++) {
      if (misses > 0) await pause(heartbeatMs, done);
      if (done.aborted || (await control.healthy())) return true;
      if (this.#process?.alive() === false) return false;
    }
    return false;
  }
}

const NEVER = new AbortController().signal;

function unhealthy(): KnownError {
  return lostServer(`its health was unanswered ${MISSES} times`);
}
