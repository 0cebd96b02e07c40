import fc from 'fast-check';
import { env } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type OnnxModel, OnnxType, writeOnnxModel } from '#shared/inference/graph/onnx-writer.ts';
import { openCopyingSession } from '#shared/inference/runtime/copying-session.ts';
import type { GraphSession, SessionOptions } from '#shared/inference/runtime/graph-session.ts';
import { nativeLibrary } from '#shared/inference/runtime/native-library.ts';
import { openNativeSession } from '#shared/inference/runtime/native-session.ts';
import { openSession, workingWay } from '#shared/inference/runtime/open-session.ts';
import { passesSelfTest } from '#shared/inference/runtime/self-test.ts';

const options: SessionOptions = { folder: '.', threads: 1 };
const value = (name: string) => ({ name, type: OnnxType.F32, dims: ['N'] });
const graph = (op: string): Uint8Array => {
  const model: OnnxModel = {
    nodes: [{ op, inputs: ['a', 'b'], outputs: ['c'], domain: '', attributes: {} }],
    initializers: [],
    inputs: [value('a'), value('b')],
    outputs: [value('c')],
  };
  return writeOnnxModel(model);
};
const vector = (...numbers: number[]) => ({
  type: OnnxType.F32,
  dims: [numbers.length],
  data: Float32Array.from(numbers),
});

const ways: [string, (graph: Uint8Array, options: SessionOptions) => Promise<GraphSession>][] = [
  ['in place', async (...args) => openNativeSession(...args)],
  ['copying', openCopyingSession],
];

describe.each(ways)('a session, %s', (way, open) => {
  it('computes what its inputs hold when it runs, as often as it runs', async () => {
    const session = await open(graph('Sub'), options);
    expect(session.way).toBe(way);
    const [a, b, c] = [vector(1, 2, 3), vector(10, 20, 30), vector(0, 0, 0)];
    const bound = session.bind({ a, b }, { c });
    await bound.run();
    expect([...c.data]).toEqual([-9, -18, -27]);
    a.data[0] = 100;
    await bound.run();
    expect([...c.data]).toEqual([90, -18, -27]);
    bound.release();
    await session.release();
  });

  it('leaves an output in the memory of an input', async () => {
    const session = await open(graph('Add'), options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1 }), async (numbers) => {
        const [total, more] = [vector(...numbers), vector(...numbers)];
        const bound = session.bind({ a: total, b: more }, { c: total });
        for (let run = 0; run < 3; run++) await bound.run();
        expect([...total.data]).toEqual(numbers.map((number) => 4 * number));
        bound.release();
      }),
    );
    await session.release();
  });

  it('refuses a graph that is none, and one with an unknown operator', async () => {
    const refused = expect.objectContaining({ code: 'inference-failed' });
    await expect(open(new Uint8Array([1, 2, 3]), options)).rejects.toEqual(refused);
    await expect(open(graph('Levitate'), options)).rejects.toEqual(refused);
  });

  it('tells shapes that do not fit, and works on', async () => {
    const session = await open(graph('Add'), options);
    const run = async (...sizes: number[]) => {
      const [a, b, c] = sizes.map((size) => vector(...new Array(size).fill(1)));
      const bound = session.bind({ a: a as never, b: b as never }, { c: c as never });
      await bound.run().finally(() => bound.release());
    };
    await expect(run(2, 3, 3)).rejects.toMatchObject({ code: 'inference-failed' });
    await run(3, 3, 3);
    await session.release();
  });
});

it('refuses memory that is not as large as its shape, and names that the graph has not', async () => {
  const session = openNativeSession(graph('Add'), options);
  const short = { ...vector(1, 2), dims: [3] };
  expect(() => session.bind({ a: short }, {})).toThrow(/shape \[3\] has 2/);
  expect(() => session.bind({ nothing: vector(1) }, {})).toThrow(
    expect.objectContaining({ code: 'inference-failed' }),
  );
  await session.release();
  expect(() => session.bind({ a: vector(1) }, {})).toThrow(/released/);
});

it('keeps what is bound while the memory is collected around it', async () => {
  const session = openNativeSession(graph('Add'), options);
  const results: Float32Array[] = [];
  const bounds = Array.from({ length: 200 }, (_, i) => {
    const c = vector(0, 0);
    results.push(c.data);
    return session.bind({ a: vector(i, 1), b: vector(i, 2) }, { c });
  });
  for (let i = 0; i < 50; i++) new Float64Array(1e6).fill(i);
  for (const bound of bounds) await bound.run();
  expect(results.map(([first]) => first)).toEqual(results.map((_, i) => 2 * i));
  for (const bound of bounds) bound.release();
  await session.release();
});

describe('openSession', () => {
  it('goes in place here, by the library that onnxruntime-node brings', async () => {
    expect(await workingWay()).toEqual({ way: 'in place' });
    expect(nativeLibrary().version).toBe(env.versions.node);
    const session = await openSession(graph('Add'), options);
    expect(session.way).toBe('in place');
    await session.release();
  });

  it('takes the way that it is told', async () => {
    const session = await openSession(graph('Add'), options, 'copying');
    expect(session.way).toBe('copying');
    await session.release();
  });
});

describe('passesSelfTest', () => {
  it('notices a library that leaves nothing in the memory of an input', async () => {
    expect(await passesSelfTest(openNativeSession)).toBe(true);
    const lost = (...args: Parameters<typeof openNativeSession>): GraphSession => {
      const session = openNativeSession(...args);
      return {
        ...session,
        bind: () => ({ run: async () => {}, release: () => {} }),
        release: async () => {},
      };
    };
    expect(await passesSelfTest(lost)).toBe(false);
  });
});
