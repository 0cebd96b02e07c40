/**
 * Serialises an ONNX model: the few messages of onnx.proto3 that the decoder needs, so that no protobuf library is.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 for the field numbers
 */

/** onnx.TensorProto.DataType */
export const OnnxType = { F32: 1, U8: 2, I8: 3, I32: 6, I64: 7, F16: 10, BF16: 16, I4: 22 } as const;
export type OnnxType = (typeof OnnxType)[keyof typeof OnnxType];

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly op: string;
  /** An empty name leaves out an optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** `''` is the standard operator set. */
  readonly domain: '' | 'com.microsoft' | 'oneshot';
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'float'; readonly value: number };

export interface OnnxInitializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data:
    | { readonly kind: 'inline'; readonly bytes: Uint8Array }
    | {
        readonly kind: 'external';
        readonly file: string;
        readonly offset: number;
        readonly sizeBytes: number;
      };
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A name stands for a size that is known only at run time. */
  readonly dims: readonly (number | string)[];
}

const IR_VERSION = 10;
const OPSET = 21;

/** The bytes of a `ModelProto`. */
export function writeOnnxModel(model: OnnxModel): Uint8Array {
  const graph = concat([
    ...model.nodes.map((node) => field(1, writeNode(node))),
    text(2, 'decoder'),
    ...model.initializers.map((initializer) => field(5, writeInitializer(initializer))),
    ...model.inputs.map((value) => field(11, writeValue(value))),
    ...model.outputs.map((value) => field(12, writeValue(value))),
  ]);
  return concat([
    integer(1, IR_VERSION),
    text(2, 'oneshot'),
    field(7, graph),
    field(8, concat([text(1, ''), integer(2, OPSET)])),
    ...['com.microsoft', 'oneshot'].map((domain) => field(8, concat([text(1, domain), integer(2, 1)]))),
  ]);
}

function writeNode({ op, inputs, outputs, domain, attributes }: OnnxNode): Uint8Array {
  return concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs[0] as string), // a node is named after its first output
    text(4, op),
    ...Object.entries(attributes).map(([name, attribute]) => field(5, writeAttribute(name, attribute))),
    text(7, domain),
  ]);
}

function writeAttribute(name: string, attribute: OnnxAttribute): Uint8Array {
  switch (attribute.kind) {
    case 'float':
      return concat([text(1, name), float(2, attribute.value), integer(20, 1)]);
    case 'int':
      return concat([text(1, name), integer(3, attribute.value), integer(20, 2)]);
    case 'ints':
      return concat([text(1, name), ...attribute.values.map((value) => integer(8, value)), integer(20, 7)]);
    default:
      return attribute satisfies never;
  }
}

function writeInitializer({ name, type, dims, data }: OnnxInitializer): Uint8Array {
  const head = [...dims.map((dim) => integer(1, dim)), integer(2, type), text(8, name)];
  if (data.kind === 'inline') return concat([...head, field(9, data.bytes)]);
  const entry = (key: string, value: string) => field(13, concat([text(1, key), text(2, value)]));
  return concat([
    ...head,
    entry('location', data.file),
    entry('offset', String(data.offset)),
    entry('length', String(data.sizeBytes)),
    integer(14, 1), // data_location = EXTERNAL
  ]);
}

function writeValue({ name, type, dims }: OnnxValue): Uint8Array {
  const shape = dims.map((dim) => field(1, typeof dim === 'string' ? text(2, dim) : integer(1, dim)));
  const tensor = concat([integer(1, type), field(2, concat(shape))]);
  return concat([text(1, name), field(2, field(1, tensor))]);
}

// ---- protobuf wire format ----------------------------------------------------------------------------------

const encoder = new TextEncoder();

/** Negative numbers are written as their two's complement in 64 bits. */
function integer(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(number * 8), ...varint(BigInt.asUintN(64, BigInt(value)))]);
}

function float(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concat([Uint8Array.from(varint(number * 8 + 5)), bytes]);
}

function text(number: number, value: string): Uint8Array {
  return field(number, encoder.encode(value));
}

function field(number: number, payload: Uint8Array): Uint8Array {
  return concat([Uint8Array.from([...varint(number * 8 + 2), ...varint(payload.length)]), payload]);
}

function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number((rest & 127n) | 128n));
  return [...bytes, Number(rest)];
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
