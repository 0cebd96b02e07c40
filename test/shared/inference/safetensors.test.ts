import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensorsHeader, writeSafetensors } from '#shared/inference/safetensors.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oneshot-safetensors-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function read(bytes: Uint8Array) {
  const path = join(directory, 'file.safetensors');
  await writeFile(path, bytes);
  return readSafetensorsHeader(path);
}

function withHeader(header: unknown, dataBytes: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

const f32 = (shape: number[], start: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
});

const example = {
  b: { dtype: 'BF16', shape: [3], data: Uint16Array.of(1, 2, 3) },
  a: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
} as const;

describe('writeSafetensors', () => {
  it('writes what readSafetensorsHeader reads', async () => {
    const bytes = writeSafetensors(example);
    const header = await read(bytes);
    const at = (name: string) => header.get(name)?.offset as number;
    expect([...header.keys()].sort()).toEqual(['a', 'b']);
    expect(header.get('a')).toMatchObject({ dtype: 'F32', shape: [2, 2], sizeBytes: 16 });
    expect(Buffer.from(bytes).readFloatLE(at('a') + 8)).toBe(3);
    expect(Buffer.from(bytes).readUInt16LE(at('b') + 4)).toBe(3);
    expect(at('a') % 8).toBe(0);
  });

  it('gives the same bytes whatever the order of the tensors', () => {
    const { a, b } = example;
    expect(writeSafetensors({ a, b })).toEqual(writeSafetensors({ b, a }));
  });

  it('refuses data that does not fill the shape', () => {
    expect(() => writeSafetensors({ a: { ...example.a, shape: [5] } })).toThrow('16 bytes are not');
  });
});

describe('readSafetensorsHeader', () => {
  it('reads a file that the reference implementation wrote', async () => {
    const path = new URL('../../golden/inference/qwen2-tied/model.safetensors', import.meta.url).pathname;
    const header = await readSafetensorsHeader(path);
    const last = Math.max(...[...header.values()].map(({ offset, sizeBytes }) => offset + sizeBytes));
    expect(header.get('model.embed_tokens.weight')).toMatchObject({ dtype: 'F32', shape: [43, 24] });
    expect(last).toBe((await readFile(path)).length);
  });

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'fewer than the 8'],
    ['a header longer than the file', withHeader({}, 0).subarray(0, 9), 'at most 1 can be'],
    [
      'a header of 2^63 bytes',
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b, 0x7d),
      'claims 9223372036854775808 bytes',
    ],
    ['a header that is no JSON', withHeader('{"a":', 0), 'not JSON'],
    ['a header that is no object', withHeader('[1]', 0), 'malformed'],
    ['a header that is null', withHeader('null', 0), 'malformed'],
    ['an unknown type', withHeader({ a: { ...f32([1], 0, 4), dtype: 'F7' } }, 4), 'malformed'],
    ['a negative offset', withHeader({ a: f32([1], -4, 0) }, 4), 'malformed'],
    ['an end before the start', withHeader({ a: f32([1], 4, 0) }, 4), 'holds -4 bytes'],
    ['a shape that does not fit', withHeader({ a: f32([2], 0, 4) }, 4), 'not the 8 of a F32 tensor [2]'],
    ['offsets beyond the file', withHeader({ a: f32([2], 0, 8) }, 4), 'the file at'],
    ['a gap', withHeader({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), 'starts at byte'],
    ['an overlap', withHeader({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), 'starts at byte'],
    ['bytes that belong to no tensor', withHeader({ a: f32([1], 0, 4) }, 8), 'its tensors end at byte'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'safetensors-invalid',
      message: expect.stringContaining(message),
    });
  });

  it('refuses every truncation of a whole file', async () => {
    const whole = writeSafetensors(example);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        await expect(read(whole.subarray(0, length))).rejects.toMatchObject({ code: 'safetensors-invalid' });
      }),
      { numRuns: 50 },
    );
  });

  it('names a file that is not there', async () => {
    await expect(readSafetensorsHeader(join(directory, 'none'))).rejects.toMatchObject({
      code: 'model-file-missing',
    });
  });

  it('ignores metadata', async () => {
    const header = await read(withHeader({ __metadata__: { format: 'pt' }, a: f32([1], 0, 4) }, 4));
    expect([...header.keys()]).toEqual(['a']);
  });
});
