import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { KnownError, messageOf } from '../../errors.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import {
  type BoundRun,
  type BoundTensor,
  type GraphSession,
  type SessionOptions,
  SPIN_MICROSECONDS,
  type TensorData,
} from './graph-session.ts';

/** Of the types that are bound, onnxruntime-node's names. */
const TYPE_NAMES: Partial<Record<OnnxType, Tensor.Type>> = {
  [OnnxType.F32]: 'float32',
  [OnnxType.I32]: 'int32',
  [OnnxType.I64]: 'int64',
};

/**
 * A session through onnxruntime-node, for where native functions cannot be called. Each run copies every output, the whole
 * key-value cache among them, into new memory, and from there to where it is bound: the same bits, several times slower.
 *
 * @throws {KnownError} `inference-failed` where the library refuses the graph
 */
export async function openCopyingSession(
  graph: Uint8Array,
  { folder, threads }: SessionOptions,
): Promise<GraphSession> {
  const library = await import('onnxruntime-node');
  const session = await library.InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        disable_quant_qdq: '1',
        intra_op: { allow_spinning: '1', spin_duration_us: String(SPIN_MICROSECONDS) },
      },
    },
  }).catch(failed);
  return new CopyingSession(session, library.Tensor);
}

class CopyingSession implements GraphSession {
  readonly way = 'copying';
  readonly #session: InferenceSession;
  readonly #Tensor: typeof Tensor;

  constructor(session: InferenceSession, tensor: typeof Tensor) {
    this.#session = session;
    this.#Tensor = tensor;
  }

  bind(
    inputs: Readonly<Record<string, BoundTensor>>,
    outputs: Readonly<Record<string, BoundTensor>>,
  ): BoundRun {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, this.#tensor(tensor)]),
    );
    return {
      run: async () => {
        const made = await this.#session.run(feeds, Object.keys(outputs)).catch(failed);
        for (const [name, { data }] of Object.entries(outputs)) write(made[name]?.data as TensorData, data);
      },
      release: () => {},
    };
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  #tensor({ type, dims, data }: BoundTensor): Tensor {
    return new this.#Tensor(TYPE_NAMES[type] as 'float32', data as Float32Array, dims);
  }
}

/** Copies numbers of one type, which TypeScript cannot see. */
function write(from: TensorData, to: TensorData): void {
  (to as Float32Array).set(from as Float32Array);
}

function failed(cause: unknown): never {
  throw new KnownError('inference-failed', `ONNX Runtime: ${messageOf(cause)}`, { cause });
}
