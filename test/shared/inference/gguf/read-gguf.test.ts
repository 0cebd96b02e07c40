import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ggufPieces } from '#shared/inference/gguf/gguf-pieces.ts';
import { readGguf } from '#shared/inference/gguf/read-gguf.ts';
import { type Content, text, u32, u64, writeGguf } from './write-gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-gguf-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileOf(...parts: readonly (Uint8Array | string)[]): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.gguf`);
  await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
  return path;
}

const F32 = 0;
const Q8_0 = 8;
const ones = (length: number) => new Uint8Array(length).fill(1);
const content: Content = {
  metadata: {
    'general.architecture': 'llama',
    'general.name': 'Größe',
    count: 7,
    eps: { float: 1e-6 },
    yes: true,
    words: ['a', '', 'c'],
    types: [1, -3],
  },
  tensors: {
    first: { type: F32, shape: [2, 3], data: ones(24) },
    second: { type: Q8_0, shape: [2, 64], data: ones(136) },
  },
};

/** Magic, version, counts. */
const head = (tensors: number | bigint, metadata: number | bigint, version = 3) =>
  Buffer.concat([Buffer.from('GGUF'), u32(version), u64(tensors), u64(metadata)]);

describe('readGguf', () => {
  it.each([2, 3])('reads metadata and places of tensors of version %i', async (version) => {
    const { bytes, headerEnd } = writeGguf({ ...content, version });
    const { metadata, tensors } = readGguf(await fileOf(bytes));
    expect(Object.fromEntries(metadata)).toEqual({
      ...content.metadata,
      eps: Math.fround(1e-6),
    });
    const start = Math.ceil(headerEnd / 32) * 32;
    expect(Object.fromEntries(tensors)).toEqual({
      first: { type: 'F32', shape: [2, 3], offset: start, sizeBytes: 24 },
      second: { type: 'Q8_0', shape: [2, 64], offset: start + 32, sizeBytes: 136 },
    });
  });

  it('follows the alignment that a file says', async () => {
    const metadata = { ...content.metadata, 'general.alignment': 64 };
    const { tensors } = readGguf(await fileOf(writeGguf({ ...content, metadata, alignment: 64 }).bytes));
    expect((tensors.get('second')?.offset ?? 0) - (tensors.get('first')?.offset ?? 0)).toBe(64);
    for (const alignment of [0, 24, 3]) {
      const wrong = { ...content, metadata: { ...content.metadata, 'general.alignment': alignment } };
      const path = await fileOf(writeGguf(wrong).bytes);
      expect(() => readGguf(path)).toThrow(/general\.alignment/);
    }
  });

  it('reads integers beyond 2^53 as they are', async () => {
    const entry = Buffer.concat([text('seed'), u32(10), u64(2n ** 63n)]);
    expect(readGguf(await fileOf(head(0, 1), entry)).metadata.get('seed')).toBe(2n ** 63n);
  });

  it('reads tensors beyond 2^32 bytes, and vocabularies of 150,000 words', async () => {
    const far = 5 * 2 ** 30;
    const words = Array.from({ length: 150_000 }, (_, i) => `word ${i}`);
    const big = {
      ...content,
      metadata: { words },
      tensors: { big: { type: F32, shape: [1], data: ones(4) } },
    };
    const { bytes, headerEnd } = writeGguf(big);
    bytes.set(u64(far), headerEnd - 8);
    const path = await fileOf(bytes);
    const start = Math.ceil(headerEnd / 32) * 32;
    await truncate(path, start + far + 4); // with a hole
    await using file = await open(path, 'r+');
    await file.write(Buffer.from([1, 2, 3, 4]), 0, 4, start + far);
    const { metadata, tensors } = readGguf(path);
    expect(metadata.get('words')).toEqual(words);
    const tensor = tensors.get('big');
    expect(tensor?.offset).toBe(start + far);
    if (tensor) for await (const piece of ggufPieces(path, tensor)) expect([...piece]).toEqual([1, 2, 3, 4]);
  });

  it('refuses a file that is cut anywhere', async () => {
    const { bytes, dataEnd } = writeGguf(content);
    const refused = fc.asyncProperty(fc.integer({ min: 0, max: dataEnd - 1 }), async (length) => {
      const path = await fileOf(bytes.subarray(0, length));
      expect(() => readGguf(path)).toThrow(expect.objectContaining({ code: 'gguf-invalid' }));
    });
    await fc.assert(refused, { numRuns: 300 });
    expect(readGguf(await fileOf(bytes.subarray(0, dataEnd))).tensors.size).toBe(2);
  });

  it('reads any other bytes as an error that is known, or as a file', async () => {
    const { bytes, headerEnd } = writeGguf(content);
    const changed = fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(headerEnd - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, byte] of changes) damaged[at] = byte;
        const path = await fileOf(damaged);
        try {
          readGguf(path);
        } catch (error) {
          expect(error).toMatchObject({ name: 'KnownError', code: expect.stringMatching(/^gguf-/) });
        }
      },
    );
    await fc.assert(changed, { numRuns: 500 });
  });

  const info = (name: string, shape: readonly (number | bigint)[], type: number, offset: number | bigint) =>
    Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]);
  const padding = Buffer.alloc(4096);
  it.each<[string, string, readonly (Uint8Array | string)[]]>([
    ['gguf-invalid', 'it ends at byte 0', []],
    ['gguf-invalid', 'does not begin with "GGUF"', ['PK\u0003\u0004', padding]],
    ['gguf-unsupported', 'version 1 of GGUF', [head(0, 0, 1)]],
    ['gguf-unsupported', 'version 4 of GGUF', [head(0, 0, 4)]],
    ['gguf-unsupported', 'big-endian', [head(0, 0, 0x0300_0000)]],
    ['gguf-invalid', '1152921504606846976 tensors', [head(2n ** 60n, 0), padding]],
    ['gguf-invalid', '18446744073709551615 entries of metadata', [head(0, 2n ** 64n - 1n), padding]],
    [
      'gguf-invalid',
      '1152921504606846976 elements of a',
      [head(0, 1), text('a'), u32(9), u32(8), u64(2n ** 60n), padding],
    ],
    ['gguf-invalid', '4294967296 bytes of a string', [head(0, 1), u64(2n ** 32n), padding]],
    ['gguf-invalid', 'a is of the type 9', [head(0, 1), text('a'), u32(9), u32(9), u64(1), padding]],
    ['gguf-invalid', 'a is of the type 13', [head(0, 1), text('a'), u32(13), padding]],
    ['gguf-invalid', 'is not UTF-8', [head(0, 1), u64(1), Buffer.from([0xff]), padding]],
    [
      'gguf-invalid',
      'it has a twice',
      [head(0, 2), text('a'), u32(4), u32(1), text('a'), u32(4), u32(1), padding],
    ],
    ['gguf-invalid', '5 axes', [head(1, 0), info('t', [1, 1, 1, 1, 1], 0, 0), padding]],
    ['gguf-unsupported', 'the tensor t of the type Q5_K', [head(1, 0), info('t', [256], 13, 0), padding]],
    [
      'gguf-unsupported',
      'the tensor t of the type number 99',
      [head(1, 0), info('t', [256], 99, 0), padding],
    ],
    ['gguf-invalid', 'no whole blocks of Q4_K', [head(1, 0), info('t', [32], 12, 0), padding]],
    ['gguf-invalid', 't has no elements', [head(1, 0), info('t', [4, 0], 0, 0), padding]],
    ['gguf-invalid', 'no multiple of 32', [head(1, 0), info('t', [4], 0, 8), padding]],
    ['gguf-invalid', 'ends at byte', [head(1, 0), info('t', [4], 0, 2n ** 62n), padding]],
    ['gguf-invalid', 'ends at byte', [head(1, 0), info('t', [2n ** 40n, 2n ** 40n], 0, 0), padding]],
    [
      'gguf-invalid',
      'a and b share bytes',
      [head(2, 0), info('a', [16], 0, 0), info('b', [4], 0, 32), padding],
    ],
    [
      'gguf-invalid',
      'the tensor a twice',
      [head(2, 0), info('a', [4], 0, 0), info('a', [4], 0, 32), padding],
    ],
  ])('says %s: %s', async (code, says, parts) => {
    const path = await fileOf(...parts);
    const message = expect.stringContaining(says);
    expect(() => readGguf(path)).toThrow(expect.objectContaining({ code, message }));
  });

  it('says what is no file', async () => {
    expect(() => readGguf(join(folder, 'none.gguf'))).toThrow(
      expect.objectContaining({ code: 'model-file-missing' }),
    );
    await mkdir(join(folder, 'folder.gguf'));
    expect(() => readGguf(join(folder, 'folder.gguf'))).toThrow(
      expect.objectContaining({ code: 'gguf-invalid' }),
    );
  });
});
