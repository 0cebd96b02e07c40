import { describe, expect, it } from 'vitest';
import {
  type OnnxInitializer,
  type OnnxNode,
  OnnxType,
  writeOnnxModel,
} from '#shared/inference/graph/onnx-writer.ts';
import { openNativeSession } from '#shared/inference/runtime/native-session.ts';

const INNER = 64;
const OUTER = 24;
const { F32, I64, U8 } = OnnxType;

function constant(
  name: string,
  type: OnnxType,
  dims: readonly number[],
  values: ArrayBufferView,
): OnnxInitializer {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, type, dims, data: { kind: 'inline', bytes } };
}

const weights = Uint8Array.from({ length: INNER * OUTER }, (_, i) => (i * 37) % 256);
const scales = new Float32Array(OUTER).fill(0.01);
const initializers = [
  constant('w', U8, [INNER, OUTER], weights),
  constant('s', F32, [OUTER], scales),
  constant('zero', U8, [], Uint8Array.of(128)),
  constant('one', F32, [], Float32Array.of(1)),
  constant('axis', I64, [1], BigInt64Array.of(-1n)),
  constant('share', F32, [], Float32Array.of(1 / 127)),
];
const node = (op: string, inputs: string[], output: string, domain: OnnxNode['domain'] = ''): OnnxNode => ({
  ...{ op, inputs, outputs: [output], domain, attributes: {} },
});

/** As the decoder's graph multiplies in int8. */
const rowByRow = [
  node('Abs', ['x'], 'abs'),
  node('ReduceMax', ['abs', 'axis'], 'max'),
  node('Mul', ['max', 'share'], 'scale'),
  node('Div', ['x', 'scale'], 'scaled'),
  node('QuantizeLinear', ['scaled', 'one', 'zero'], 'q'),
  node('MatMulIntegerToFloat', ['q', 'w', 'one', 's', 'zero', 'zero'], 'p', 'com.microsoft'),
  node('Mul', ['p', 'scale'], 'y'),
];
/** One scale for all rows, as the operator of the library does it. */
const allRows = [node('DynamicQuantizeMatMul', ['x', 'w', 's', 'zero'], 'y', 'com.microsoft')];

async function product(nodes: readonly OnnxNode[], rows: readonly Float32Array[]): Promise<Float32Array[]> {
  const graph = writeOnnxModel({
    ...{ nodes, initializers },
    inputs: [{ name: 'x', type: F32, dims: ['M', INNER] }],
    outputs: [{ name: 'y', type: F32, dims: ['M', OUTER] }],
  });
  const session = openNativeSession(graph, { folder: '.', threads: 1 });
  const x = Float32Array.from(rows.flatMap((row) => [...row]));
  const y = new Float32Array(rows.length * OUTER);
  const bound = session.bind(
    { x: { type: F32, dims: [rows.length, INNER], data: x } },
    { y: { type: F32, dims: [rows.length, OUTER], data: y } },
  );
  await bound.run();
  bound.release();
  await session.release();
  return rows.map((_, i) => y.slice(i * OUTER, (i + 1) * OUTER));
}

const small = Float32Array.from({ length: INNER }, (_, i) => Math.sin(i));
const large = small.map((value) => 50 * value + 1);

describe('products in int8', () => {
  it('say the same of a row alone and beside a larger one', async () => {
    const [alone] = await product(rowByRow, [small]);
    const [beside] = await product(rowByRow, [small, large]);
    expect(beside).toEqual(alone);
  });

  it('would not with one scale for all rows: the check above can fail', async () => {
    const [alone] = await product(allRows, [small]);
    const [beside] = await product(allRows, [small, large]);
    expect(beside).not.toEqual(alone);
  });

  it('are exact where sums are largest: no kernel here saturates', async () => {
    const full = new Float32Array(INNER).fill(3);
    const [made] = await product(rowByRow, [full]);
    const expected = Array.from({ length: OUTER }, (_, column) => {
      let sum = 0;
      for (let i = 0; i < INNER; i++) sum += 127 * ((weights[i * OUTER + column] as number) - 128);
      return Math.fround(Math.fround(sum * Math.fround(0.01)) * Math.fround(3 * Math.fround(1 / 127)));
    });
    for (const [i, value] of expected.entries()) expect(made?.[i]).toBeCloseTo(value, 3);
  });
});
