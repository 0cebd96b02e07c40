/**
 * The engine as the driver calls it. Three clients stack, each an `EngineClient` over the one below:
 *
 * - `SocketEngineClient`, here: one verb, one answer, over the socket of the process that `engine-process.ts` starts;
 * - `InterruptibleEngine`: once the run is told to stop, calls that make steps end with `interrupted`;
 * - `FrugalEngine`: after `OOM` it lowers the token budget and repeats what was lost.
 *
 * Frugal stands on top, so that a repeat can be interrupted too. `driver/supervise.ts` stacks them for each engine of a
 * run; sampling, scoring and updates see the topmost one and know of none.
 */
import type { Socket } from 'node:net';
import { KnownError, messageOf } from '#shared/errors.ts';
import { encodeFrame, FrameReader, type TensorData } from './engine-frames.ts';
import {
  type Args,
  type EngineErrorCode,
  EventHeader,
  ResponseHeader,
  type Result,
  type TensorsIn,
  type TensorsOut,
  type Verb,
  verbs,
} from './engine-protocol.ts';
import { tensorFault } from './engine-tensors.ts';

/** `OOM` is `engine-oom` here, `NOT_CREATED` `engine-not-created`. */
type OwnCode<C extends string = EngineErrorCode> = `engine-${Dashed<Lowercase<C>>}`;
type Dashed<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}-${Dashed<Tail>}` : S;

/**
 * The engine refused or failed a request, or its answer does not fit the protocol (`engine-internal`); it lives on.
 * `code` is the engine's, as in `engine-nonfinite`.
 */
export class EngineError extends KnownError {
  override name = 'EngineError';
  readonly engineCode: EngineErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor({ code, message, detail }: Extract<ResponseHeader, { ok: false }>['error']) {
    // String methods lose the type that their result has.
    super(`engine-${code.toLowerCase().replaceAll('_', '-')}` as OwnCode, `The engine says: ${message}`);
    this.engineCode = code;
    this.detail = detail;
  }
}

export interface EngineClientOptions {
  readonly onEvent?: (event: EventHeader) => void;
  /** The engine counts as stalled after this time without a frame, heartbeats included. */
  readonly stallMs?: number;
  /** What the engine last said on standard error, for the message when it is lost. */
  readonly lastWords?: () => string;
}

/** An answer as it comes, before it is held against its verb. */
interface RawAnswer {
  readonly result: unknown;
  readonly tensors: Readonly<Record<string, TensorData>>;
}

interface Pending {
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** The engine as the driver sees it. */
export interface EngineClient {
  /**
   * Sends one verb and waits for its answer.
   *
   * @throws {EngineError} as the engine answers
   * @throws {KnownError} `engine-lost` when the connection ends, `engine-stalled` when nothing comes
   */
  call<V extends Verb>(verb: V, args: Args<V>, ...tensors: Sent<V>): Promise<Answer<V>>;
}

/** The tensors of a call; a verb that takes none is called without. */
export type Sent<V extends Verb> = Record<never, never> extends TensorsIn<V> ? [] : [tensors: TensorsIn<V>];

export interface Answer<V extends Verb> {
  readonly result: Result<V>;
  readonly tensors: TensorsOut<V>;
}

/** A timer that comes after so many times its time was held up by more than other work. */
const STOOD_STILL = 1.5;

/** The driver's end of a connection to the engine: one request at a time, answers checked against the protocol. */
export class SocketEngineClient implements EngineClient {
  readonly #socket: Socket;
  readonly #options: EngineClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #reader = new FrameReader();
  #chunks = 0;
  /** When something came, or this process was found to have stood still; milliseconds of a clock. */
  #heardAt = performance.now();
  #ids = 0;
  #ended: KnownError | undefined;
  #watchdog: NodeJS.Timeout;

  constructor(socket: Socket, options: EngineClientOptions = {}) {
    this.#socket = socket;
    this.#options = options;
    this.#watchdog = this.#watch();
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => {}); // `close` follows, and says enough
    socket.on('close', () => this.#end(lost(this.#options.lastWords?.() ?? '')));
  }

  async call<V extends Verb>(verb: V, args: Args<V>, ...[tensors]: Sent<V>): Promise<Answer<V>> {
    if (this.#ended) throw this.#ended;
    const id = ++this.#ids;
    const answer = new Promise<RawAnswer>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    this.#socket.cork();
    for (const piece of encodeFrame({ header: { id, verb, args }, tensors: tensors ?? {} }))
      this.#socket.write(piece);
    this.#socket.uncork();
    return checked(verb, await answer);
  }

  #receive(chunk: Uint8Array): void {
    this.#chunks += 1;
    this.#grant();
    try {
      for (const { header, tensors } of this.#reader.push(chunk)) {
        if ('event' in header) this.#options.onEvent?.(EventHeader.parse(header));
        else this.#settle(ResponseHeader.parse(header), tensors);
      }
    } catch (error) {
      const message = `The engine sent something that is no answer: ${messageOf(error)}`;
      this.#end(new KnownError('engine-lost', message, { cause: error }));
    }
  }

  #settle(response: ResponseHeader, tensors: RawAnswer['tensors']): void {
    const pending = this.#pending.get(response.id);
    if (!pending) throw new Error(`nothing was asked that ${JSON.stringify(response)} answers`);
    this.#pending.delete(response.id);
    if (response.ok) pending.resolve({ result: response.result, tensors });
    else pending.reject(new EngineError(response.error));
  }

  #watch(): NodeJS.Timeout {
    const stallMs = this.#options.stallMs ?? 30_000;
    const stalled = new KnownError('engine-stalled', `The engine has said nothing for ${stallMs / 1000} s.`);
    return setTimeout(() => {
      // Late by so much, this process stood still, and the engine with it, as when a machine is paused: it gets its time again.
      if (performance.now() - this.#heardAt > STOOD_STILL * stallMs) return this.#grant();
      // After the driver itself was busy for so long, timers come before what has arrived meanwhile.
      const before = this.#chunks;
      setImmediate(() => this.#chunks === before && this.#end(stalled));
    }, stallMs).unref();
  }

  /** The engine may be silent for as long as ever from now on. */
  #grant(): void {
    this.#heardAt = performance.now();
    this.#watchdog.refresh();
  }

  #end(error: KnownError): void {
    if (this.#ended) return;
    this.#ended = error;
    clearTimeout(this.#watchdog);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#socket.destroy();
  }
}

/** @throws {EngineError} `engine-internal` for an answer that is none of the verb's */
function checked<V extends Verb>(verb: V, { result, tensors }: RawAnswer): Answer<V> {
  const parsed = verbs[verb].result.safeParse(result);
  const tensor = tensorFault(verbs[verb].out, tensors);
  if (parsed.success && !tensor)
    return { result: parsed.data as Result<V>, tensors: tensors as TensorsOut<V> }; // both are checked above
  const [where, fault] = tensor
    ? [`tensors.${tensor.name}`, tensor.message]
    : ['result', parsed.error?.message];
  const message = `${verb} is done, but its answer is not as the protocol has it: ${fault}`;
  throw new EngineError({ code: 'INTERNAL', message, detail: { where } });
}

function lost(lastWords: string): KnownError {
  const said = lastWords.trim() === '' ? '' : ` Its last words:\n${lastWords.trim()}`;
  return new KnownError('engine-lost', `The engine process ended.${said}`);
}
