import { KnownError } from '../../errors.ts';
import {
  type BoundRun,
  type BoundTensor,
  type GraphSession,
  type SessionOptions,
  SPIN_MICROSECONDS,
} from './graph-session.ts';
import { type NativeApi, nativeLibrary, type Pointer } from './native-library.ts';

const LOG_FATAL = 4; // errors come back as statuses
const DEVICE_ALLOCATOR = 0;
const DEFAULT_MEMORY = 0;

/** What is made once for a process: threads are of the sessions, so that nothing of a model outlives it. */
interface Process {
  readonly environment: Pointer;
  readonly memory: Pointer;
}

let made: Process | undefined;

/**
 * A session whose inputs and outputs lie in memory of ours, through the library's C API: a run costs some 30 µs beside its
 * computing, and nothing is copied. Runs block the thread that asks for them.
 *
 * @param graph - an ONNX model
 * @throws {KnownError} `inference-failed` where the library refuses the graph; an Error where it cannot be called
 */
export function openNativeSession(graph: Uint8Array, options: SessionOptions): GraphSession {
  const api = nativeLibrary();
  const { environment, memory } = processOf(api);
  const settings = settingsOf(api, options);
  try {
    const session = out(
      (to) => api.CreateSessionFromArray(environment, graph, graph.length, settings, to),
      api,
    );
    return new NativeSession(api, session, memory);
  } finally {
    api.ReleaseSessionOptions(settings);
  }
}

class NativeSession implements GraphSession {
  readonly way = 'in place';
  readonly #api: NativeApi;
  readonly #memory: Pointer;
  #session: Pointer | undefined;

  constructor(api: NativeApi, session: Pointer, memory: Pointer) {
    this.#api = api;
    this.#session = session;
    this.#memory = memory;
  }

  bind(
    inputs: Readonly<Record<string, BoundTensor>>,
    outputs: Readonly<Record<string, BoundTensor>>,
  ): BoundRun {
    const api = this.#api;
    const session = this.#open;
    const binding = out((to) => api.CreateIoBinding(session, to), api);
    const values: Pointer[] = [];
    const release = () => {
      api.ReleaseIoBinding(binding);
      for (const value of values.splice(0)) api.ReleaseValue(value);
    };
    try {
      for (const [bind, tensors] of [
        [api.BindInput, inputs],
        [api.BindOutput, outputs],
      ] as const)
        for (const [name, tensor] of Object.entries(tensors)) {
          const value = this.#value(tensor);
          values.push(value);
          api.check(bind(binding, name, value));
        }
    } catch (error) {
      release();
      throw error;
    }
    // What is bound is kept reachable, since the library knows addresses alone.
    const held = { inputs, outputs };
    return {
      run: async () => {
        if (held.inputs !== undefined) api.check(api.RunWithBinding(this.#open, null, binding));
      },
      release,
    };
  }

  async release(): Promise<void> {
    if (this.#session === undefined) return;
    this.#api.ReleaseSession(this.#session);
    this.#session = undefined;
  }

  get #open(): Pointer {
    if (this.#session === undefined) throw new Error('the session was released');
    return this.#session;
  }

  #value({ type, dims, data }: BoundTensor): Pointer {
    const api = this.#api;
    const count = dims.reduce((product, dim) => product * dim, 1);
    if (count !== data.length)
      throw new KnownError('inference-failed', `A tensor of shape [${dims}] has ${data.length} numbers.`);
    const shape = BigInt64Array.from(dims, BigInt);
    const memory = this.#memory;
    const { byteLength } = data;
    return out(
      (to) => api.CreateTensorWithDataAsOrtValue(memory, data, byteLength, shape, dims.length, type, to),
      api,
    );
  }
}

function settingsOf(api: NativeApi, { folder, threads, operators }: SessionOptions): Pointer {
  const settings = out((to) => api.CreateSessionOptions(to), api);
  const entries = {
    'session.model_external_initializers_file_folder_path': folder,
    'session.disable_quant_qdq': '1', // else weights that are dequantised would be so in each run
    'session.intra_op.allow_spinning': '1',
    'session.intra_op.spin_duration_us': String(SPIN_MICROSECONDS),
  };
  api.check(api.SetIntraOpNumThreads(settings, threads));
  api.check(api.SetInterOpNumThreads(settings, 1));
  api.check(api.SetSessionLogSeverityLevel(settings, LOG_FATAL));
  // Patterns are kept per shape, and shapes change with every number of rows and tokens.
  api.check(api.DisableMemPattern(settings));
  for (const [key, value] of Object.entries(entries))
    api.check(api.AddSessionConfigEntry(settings, key, value));
  if (operators !== undefined) api.check(api.RegisterCustomOpsLibrary_V2(settings, operators));
  return settings;
}

function processOf(api: NativeApi): Process {
  made ??= {
    environment: out((to) => api.CreateEnv(LOG_FATAL, 'oneshot', to), api),
    memory: out((to) => api.CreateCpuMemoryInfo(DEVICE_ALLOCATOR, DEFAULT_MEMORY, to), api),
  };
  return made;
}

/** What a function writes through its last parameter. */
function out(call: (to: [Pointer | null]) => Pointer | null, api: NativeApi): Pointer {
  const to: [Pointer | null] = [null];
  api.check(call(to));
  return to[0] as Pointer; // set where the status is 0
}
