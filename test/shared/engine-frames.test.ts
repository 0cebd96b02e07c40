import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  type Frame,
  FrameReader,
  type TensorData,
} from '#trainer/engine-client/engine-frames.ts';

const ARRAYS = { i32: Int32Array, f32: Float32Array, f64: Float64Array, u8: Uint8Array } as const;

interface Golden {
  readonly frames: readonly {
    readonly name: string;
    readonly header: Record<string, unknown>;
    readonly tensors: readonly {
      readonly name: string;
      readonly dtype: keyof typeof ARRAYS;
      readonly values: readonly number[];
    }[];
    readonly hex: string;
  }[];
  readonly malformed: readonly { readonly name: string; readonly hex: string }[];
}

const golden: Golden = JSON.parse(readFileSync('test/golden/frames.json', 'utf8'));

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}

describe('frames', () => {
  it.each(golden.frames)('reads and writes $name as the engine does', ({ header, tensors, hex }) => {
    const frame: Frame = {
      header,
      tensors: Object.fromEntries(
        tensors.map(({ name, dtype, values }) => [name, ARRAYS[dtype].from(values) as TensorData]),
      ),
    };
    expect(Buffer.concat(encodeFrame(frame)).toString('hex')).toBe(hex);
    expect(new FrameReader().push(bytes(hex))).toEqual([frame]);
  });

  it.each(golden.malformed)('refuses $name', ({ hex }) => {
    expect(() => new FrameReader().push(bytes(hex))).toThrow(
      expect.objectContaining({ code: 'frame-invalid' }),
    );
  });

  it('come out the same however the stream is cut', () => {
    const stream = bytes(golden.frames.map(({ hex }) => hex).join(''));
    const whole = new FrameReader().push(stream);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
        const reader = new FrameReader();
        const frames: Frame[] = [];
        for (let start = 0, i = 0; start < stream.length; i++) {
          const end = start + (sizes[i % sizes.length] as number);
          frames.push(...reader.push(stream.subarray(start, end)));
          start = end;
        }
        expect(frames).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('survive a round trip', () => {
    const tensor = fc.oneof(
      fc.int32Array({ maxLength: 9 }),
      fc.float32Array({ maxLength: 9 }),
      fc.float64Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
    );
    const names = fc.string().filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(fc.nat(), fc.dictionary(names, tensor), (id, tensors) => {
        const [frame] = new FrameReader().push(Buffer.concat(encodeFrame({ header: { id }, tensors })));
        expect(frame).toEqual({ header: { id }, tensors: { ...tensors } });
      }),
    );
  });
});
