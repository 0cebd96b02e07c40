import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWeights } from '#cli/models/write-weights.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { bf16OfFp32 } from '#shared/inference/number-formats.ts';
import { tensorPieces } from '#shared/inference/tensor-pieces.ts';

const base = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Bytes of each tensor by name, with type and shape. */
async function tensorsOf(directory: string): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const found = new Map<string, readonly unknown[]>();
  for (const [name, weight] of await locateWeights(directory)) {
    const pieces = [];
    for await (const piece of tensorPieces(directory, weight)) pieces.push(piece);
    found.set(name, [weight.dtype, weight.shape, Buffer.concat(pieces).toString('hex')]);
  }
  return found;
}

describe('weights that are written again', () => {
  it('are the same in fp32, in however many files', async () => {
    const to = await mkdtemp(join(folder, 'fp32-'));
    const told: [number, number][] = [];
    await writeWeights(base, to, 'fp32', (...bytes) => told.push(bytes), 400_000);
    const names = (await readdir(to)).sort();
    expect(names.slice(0, 2)).toEqual([
      'model-00001-of-00006.safetensors',
      'model-00002-of-00006.safetensors',
    ]);
    expect(names.at(-1)).toBe('model.safetensors.index.json');
    const [one, other] = await Promise.all([tensorsOf(base), tensorsOf(to)]);
    expect([...other].sort()).toEqual([...one].sort());
    expect(told.at(-1)).toEqual([1_861_120, 1_861_120]);
  });

  it('are rounded to bf16 and come back from it exactly', async () => {
    const [bf16, back] = [await mkdtemp(join(folder, 'bf16-')), await mkdtemp(join(folder, 'back-'))];
    await writeWeights(base, bf16, 'bf16', () => {});
    expect(await readdir(bf16)).toEqual(['model.safetensors']);
    const [exact, rounded] = await Promise.all([tensorsOf(base), tensorsOf(bf16)]);
    for (const [name, [, shape, hex]] of exact) {
      const words = new Uint32Array(Uint8Array.from(Buffer.from(String(hex), 'hex')).buffer);
      const halves = Buffer.from(bf16OfFp32(words).buffer).toString('hex');
      expect(rounded.get(name)).toEqual(['BF16', shape, halves]);
    }
    await writeWeights(bf16, back, 'fp32', () => {});
    const again = await mkdtemp(join(folder, 'again-'));
    await writeWeights(back, again, 'bf16', () => {});
    expect(await tensorsOf(again)).toEqual(rounded);
  });
});
