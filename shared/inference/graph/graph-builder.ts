import type { Weight } from '../model-weights.ts';
import type { Dtype } from '../safetensors.ts';
import {
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxNode,
  OnnxType,
  type OnnxValue,
  writeOnnxModel,
} from './onnx-writer.ts';

/** Where onnxruntime's own operators live. */
export const microsoft = { domain: 'com.microsoft' } as const;
/** Where ours do: `shared/inference/native`. */
export const oneshot = { domain: 'oneshot' } as const;

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const ints = (values: readonly number[]): OnnxAttribute => ({ kind: 'ints', values });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });

const STORED_TYPES: Partial<Record<Dtype, OnnxType>> = {
  F32: OnnxType.F32,
  F16: OnnxType.F16,
  BF16: OnnxType.BF16,
  I8: OnnxType.I8,
  U8: OnnxType.U8,
};

/** Collects the nodes of an ONNX graph, and each weight once. */
export class GraphBuilder {
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxInitializer>();
  readonly #casts = new Map<string, string>();
  #names = 0;

  constructor(weights: ReadonlyMap<string, Weight>) {
    this.#weights = weights;
  }

  write(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): Uint8Array {
    const initializers = [...this.#initializers.values()];
    return writeOnnxModel({ nodes: this.#nodes, initializers, inputs, outputs });
  }

  name(stem: string): string {
    this.#names += 1;
    return `${stem}.${this.#names}`;
  }

  /** Adds a node; answers the name of its first output. */
  op(
    op: string,
    inputs: readonly string[],
    {
      domain = '',
      attributes = {},
      outputs = [this.name(op)],
    }: Partial<Omit<OnnxNode, 'op' | 'inputs'>> = {},
  ): string {
    this.#nodes.push({ op, inputs, outputs, domain, attributes });
    return outputs[0] as string;
  }

  /** Cuts the last axis into pieces of the sizes that the tensor `sizes` holds. */
  split(input: string, sizes: string, pieces: number): string[] {
    const outputs = Array.from({ length: pieces }, () => this.name('piece'));
    this.op('Split', [input, sizes], { attributes: { axis: int(-1) }, outputs });
    return outputs;
  }

  join(tensors: readonly string[]): string {
    return tensors.length === 1
      ? (tensors[0] as string)
      : this.op('Concat', tensors, { attributes: { axis: int(0) } });
  }

  /** A constant of integers, such as the target of a Reshape. */
  shape(dims: readonly number[]): string {
    return this.constant(
      `[${dims.join(',')}]`,
      OnnxType.I64,
      [dims.length],
      BigInt64Array.from(dims, BigInt),
    );
  }

  /** A tensor of the graph itself; one of the same name takes its place. */
  constant(name: string, type: OnnxType, dims: readonly number[], values: ArrayBufferView): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.set(name, { name, type, dims, data: { kind: 'inline', bytes } });
    return name;
  }

  /** A weight as it lies in its file. */
  stored(name: string): string {
    const { dtype, shape } = this.#find(name);
    const type = STORED_TYPES[dtype];
    if (type === undefined) throw new Error(`${name} is a ${dtype} tensor`);
    return this.storedAs(name, type, shape);
  }

  /** The bytes of a weight as a tensor of another type or shape. */
  storedAs(name: string, type: OnnxType, dims: readonly number[]): string {
    const { file, offset, sizeBytes } = this.#find(name);
    this.#initializers.set(name, {
      name,
      type,
      dims,
      data: { kind: 'external', file, offset, sizeBytes },
    });
    return name;
  }

  /** The shape of a stored weight. */
  dimsOf(name: string): readonly number[] {
    return this.#find(name).shape;
  }

  /** A weight in fp32. */
  weight(name: string): string {
    return this.asF32(this.stored(name), name);
  }

  /** `value` in fp32, where it has the type of the weight `like`. */
  asF32(value: string, like: string): string {
    if (this.#find(like).dtype === 'F32') return value;
    const known = this.#casts.get(value);
    if (known) return known;
    const cast = this.op('Cast', [value], { attributes: { to: int(OnnxType.F32) } });
    this.#casts.set(value, cast);
    return cast;
  }

  #find(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`there is no ${name}`);
    return weight;
  }
}
