/**
 * What the decoder asks of ONNX Runtime: a graph that is opened once, and memory that is tied to its inputs and outputs once
 * and run many times.
 *
 * `open-session.ts` chooses between the two ways: `native-session.ts` drives the library's C API in place,
 * `copying-session.ts` goes through onnxruntime-node, which copies every output. Both compute the same bits.
 */
import type { OnnxType } from '../graph/onnx-writer.ts';

export type TensorData = Float32Array | Int32Array | BigInt64Array;

/** A tensor that lies in memory of ours. */
export interface BoundTensor {
  readonly type: OnnxType;
  readonly dims: readonly number[];
  /** Row by row; read when the graph runs. Must not move or be freed while it is bound. */
  readonly data: TensorData;
}

export interface GraphSession {
  /** How the library is driven. */
  readonly way: 'in place' | 'copying';
  /**
   * Ties memory to inputs and outputs, by name. An output may lie in the memory of an input where the graph says that it
   * may, as a key-value cache does that grows in place.
   *
   * @throws {KnownError} `inference-failed` where a name or a shape is not one of the graph's
   */
  bind(
    inputs: Readonly<Record<string, BoundTensor>>,
    outputs: Readonly<Record<string, BoundTensor>>,
  ): BoundRun;
  /** Frees weights and threads. What is bound must have been released before. */
  release(): Promise<void>;
}

export interface BoundRun {
  /** Computes the outputs from what the inputs hold now. @throws {KnownError} `inference-failed` */
  run(): Promise<void>;
  release(): void;
}

export interface SessionOptions {
  /** Holds the files that the graph names. */
  readonly folder: string;
  /** That an operator may use. */
  readonly threads: number;
  /** A shared library of operators beyond the library's own. Only sessions that are driven in place take one. */
  readonly operators?: string;
}

/**
 * For how long a thread that waits for work keeps its core busy, in microseconds: about as long as the next operator takes to
 * come, so that threads need not be woken for each. Longer gains nothing, and where cores are shared with other work it makes
 * all of it slower.
 */
export const SPIN_MICROSECONDS = 20;
