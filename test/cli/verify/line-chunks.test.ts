import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LineChunk, lineChunks } from '#cli/verify/line-chunks.ts';
import { collect } from './collect.ts';

const LIMIT = 20;
const lines = fc.array(
  fc.string({ maxLength: LIMIT / 2 }).map((text) => text.replaceAll(/[\n\0]/g, '')),
  {
    maxLength: 20,
  },
);

describe('lineChunks', () => {
  it('gives back the input, cut at line ends only, wherever the blocks end', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 64 }), async (given, blockBytes) => {
        const bytes = Buffer.from(given.join('\n'));
        const chunks = await cut(blocksOf(bytes, blockBytes));
        expect(chunks.map(textOf).join('')).toBe(bytes.toString());
        for (const chunk of chunks.slice(0, -1)) expect(textOf(chunk)).toMatch(/\n$/);
      }),
    );
  });

  it('numbers the first line of every chunk', async () => {
    const chunks = await cut(blocksOf(Buffer.from('a\nbb\nccc\n\nd'), 4));
    expect(chunks.map((chunk) => [chunk.firstLine, textOf(chunk)])).toEqual([
      [1, 'a\n'],
      [2, 'bb\n'],
      [3, 'ccc\n\n'],
      [5, 'd'],
    ]);
  });

  it('names a line that is too long and goes on behind it', async () => {
    const bytes = Buffer.from(`a\n${'x'.repeat(3 * LIMIT)}\nb\n`);
    const chunks = await cut(blocksOf(bytes, 8));
    expect(chunks.map(({ kind, firstLine }) => [kind, firstLine])).toEqual([
      ['lines', 1],
      ['too-long', 2],
      ['lines', 3],
    ]);
  });

  it('names a last line that is too long and has no end', async () => {
    const chunks = await cut(blocksOf(Buffer.from('x'.repeat(LIMIT + 1)), 8));
    expect(chunks).toEqual([{ kind: 'too-long', firstLine: 1 }]);
  });

  it('reads a line of exactly the longest length', async () => {
    const chunks = await cut(blocksOf(Buffer.from(`${'x'.repeat(LIMIT)}\n`), 8));
    expect(chunks.map(({ kind }) => kind)).toEqual(['lines']);
  });
});

async function* blocksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function cut(blocks: AsyncIterable<Uint8Array>): Promise<LineChunk[]> {
  return collect(lineChunks(blocks, LIMIT));
}

function textOf(chunk: LineChunk): string {
  return chunk.kind === 'lines' ? Buffer.from(chunk.bytes).toString() : '';
}
