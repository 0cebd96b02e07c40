import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { loadDecoder } from '#shared/inference/decoder.ts';
import { attentionBits } from '#shared/inference/runtime/attention-check.ts';
import { canCompile, compileOperators } from '#shared/inference/runtime/compile-operators.ts';
import { computesAlike, findOwnOperators, multipliesAlike } from '#shared/inference/runtime/own-operators.ts';
import { productsBits } from '#shared/inference/runtime/products-check.ts';
import { rowsBits } from '#shared/inference/runtime/rows-check.ts';
import { microcosm, writeRandomModel } from '../random-model.ts';

const source = join(packageRoot, 'shared/inference/native');
const folder = mkdtempSync(join(tmpdir(), 'oneshot-operators-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasVnni = canCompile && /\bavx512_vnni\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));

/** Compiles the operator after its source was changed. */
function compileChanged(name: string, from: string, to: string, ...flags: readonly string[]): string {
  const changed = mkdtempSync(join(folder, `${name}-`));
  let isChanged = false;
  for (const entry of readdirSync(source)) {
    const text = readFileSync(join(source, entry), 'utf8');
    isChanged ||= text.includes(from);
    writeFileSync(join(changed, entry), text.replaceAll(from, to));
  }
  expect(isChanged).toBe(true);
  const file = join(changed, 'changed.so');
  const usual = ['-O1', '-std=gnu11', '-mavx2', '-mfma', '-ffp-contract=off', '-fPIC', '-shared'];
  execFileSync('cc', [...usual, ...flags, '-o', file, join(changed, 'operators.c')]);
  return file;
}

describe.skipIf(!canCompile)(
  `our operators${canCompile ? '' : ' (skipped: x86-64 Linux has them alone)'}`,
  () => {
    const file = join(folder, 'operators.so');
    compileOperators(file);

    it('leave the bits of attention for rows of any lengths, heads of any number and size', async () => {
      const trial = fc
        .record({
          kvHeads: fc.integer({ min: 1, max: 4 }),
          sharing: fc.integer({ min: 1, max: 7 }),
          headDim: fc.integer({ min: 1, max: 8 }).map((sixteens) => 16 * sixteens),
          lengths: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
          packed: fc.boolean(),
          threads: fc.integer({ min: 1, max: 2 }),
        })
        .map(({ sharing, ...rest }) => ({ ...rest, heads: rest.kvHeads * sharing }));
      await fc.assert(
        fc.asyncProperty(trial, async (random) => {
          const steps = { ...random, positions: Math.max(...random.lengths) + 3, width: 1, steps: 3 };
          const own = await attentionBits(steps, file);
          expect(own.equals(await attentionBits({ ...steps, threads: 1 }))).toBe(true);
        }),
        { numRuns: 15 },
      );
    });

    it('leave the bits of what lies between products for rows of any number, size and spread', async () => {
      const trial = fc
        .record({
          rows: fc.integer({ min: 1, max: 40 }),
          hidden: fc.integer({ min: 1, max: 80 }).map((eights) => 8 * eights),
          turn: fc.constantFrom(8, 16, 32, 64),
          blocks: fc.integer({ min: 2, max: 20 }),
          spread: fc.constantFrom(1e-6, 0.1, 1, 6, 40),
          threads: fc.integer({ min: 1, max: 2 }),
        })
        .map(({ blocks, ...rest }) => ({ ...rest, intermediate: blocks * rest.turn }));
      await fc.assert(
        fc.asyncProperty(trial, async (random) => {
          const own = await rowsBits(random, file);
          expect(own.equals(await rowsBits({ ...random, threads: 1 }))).toBe(true);
        }),
        { numRuns: 30 },
      );
    });

    describe.skipIf(!hasVnni)(`for products${hasVnni ? '' : ' (skipped: no AVX-512 VNNI)'}`, () => {
      it('leave the bits for rows and columns of any number and size', async () => {
        const trial = fc.record({
          rows: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
          inner: fc.integer({ min: 1, max: 90 }).map((fours) => 4 * fours),
          outer: fc.integer({ min: 1, max: 300 }),
          threads: fc.integer({ min: 1, max: 3 }),
        });
        await fc.assert(
          fc.asyncProperty(trial, async (random) => {
            const own = await productsBits(random, file);
            expect(own.equals(await productsBits({ ...random, threads: 1 }))).toBe(true);
          }),
          { numRuns: 40 },
        );
      });

      it('refuse columns that are no multiple of four weights', async () => {
        const trial = { rows: [1], inner: 6, outer: 8, threads: 1 };
        await expect(productsBits(trial, file)).rejects.toThrow(
          expect.objectContaining({ code: 'inference-failed' }),
        );
      });

      it('are taken as they are', async () => expect(await multipliesAlike(file)).toBe(true));

      it.each([
        ['leave out the last weights', 'for (; k < inner; k += QUAD)', 'for (; k + QUAD < inner; k += QUAD)'],
        [
          'forget a sum',
          'chain = 1; chain < chains; chain++) sum =',
          'chain = 2; chain < chains; chain++) sum =',
        ],
        ['take 128 for 0 in one of two', '-ZERO_BYTE * sums[column]', '0 * sums[column]'],
        [
          'round scale and bias once',
          'x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, to->bias + first))',
          'x = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, to->scales + first), _mm512_set1_ps(to->rowScales[row])), _mm512_maskz_loadu_ps(mask, to->bias + first))',
        ],
        ['give rows the scale of another', 'run->rowScales + row', 'run->rowScales'],
        ['miss a row', 'row += count', 'row += count + 1'],
      ])('are not taken where they %s', async (name, from, to) => {
        expect(await multipliesAlike(compileChanged(name.replaceAll(' ', '-'), from, to))).toBe(false);
      });
    });

    it('multiply nothing on processors without the instruction', async () => {
      const without = compileChanged('no-vnni', '__builtin_cpu_supports("avx512vnni")', '0');
      expect(await multipliesAlike(without)).toBe(false);
      expect(await computesAlike(without)).toBe(true);
    });

    it('leave prompts to the library', async () => {
      const prompt = { heads: 4, kvHeads: 2, headDim: 32, positions: 40, lengths: [0, 0], width: 37 };
      const trial = { ...prompt, steps: 1, packed: true, threads: 1 };
      expect((await attentionBits(trial, file)).equals(await attentionBits(trial))).toBe(true);
    });

    it('refuse a row that is longer than its cache', async () => {
      const shape = { heads: 2, kvHeads: 1, headDim: 16, width: 1, steps: 1, packed: true, threads: 1 };
      await expect(attentionBits({ ...shape, positions: 8, lengths: [3, 8] }, file)).rejects.toThrow(
        expect.objectContaining({ code: 'inference-failed' }),
      );
    });

    it.each(['fp32', 'int8', 'int4'] as const)('give a decoder in %s the same bits', async (precision) => {
      const directory = await writeRandomModel(microcosm);
      const prompts = [3, 1, 47, 130].map((length) =>
        Array.from({ length }, (_, i) => (i * 7 + length) % 160),
      );
      const logits = async (operators: 'own' | 'library') => {
        const decoder = await loadDecoder(directory, { threads: 2, precision, operators });
        const prefilled = await decoder.prefill(prompts);
        const batch = decoder.batch(prompts.length, 140);
        for (const row of prompts.keys()) batch.add(prefilled, row);
        const steps: number[][] = [];
        for (let i = 0; i < 4; i++) steps.push([...(await batch.step([i, 2, 3 + i, 9])).logits]);
        batch.release();
        await decoder.release();
        return [[...prefilled.logits], ...steps];
      };
      expect(await logits('own')).toEqual(await logits('library'));
      rmSync(directory, { recursive: true });
    });

    it('compile without a warning', () => {
      compileChanged('warnings', 'enum {', 'enum {', '-O3', '-Wall', '-Wextra', '-Werror');
    });

    describe('computesAlike', () => {
      it('holds for them as they are', async () => expect(await computesAlike(file)).toBe(true));

      it.each([
        ['adds keys in pairs', '_mm256_hadd_ps(lanes, lanes)', '_mm256_add_ps(lanes, lanes)'],
        [
          'rounds products and sums once',
          '_mm256_add_ps(sums[h][v], _mm256_mul_ps(weight, of))',
          '_mm256_fmadd_ps(weight, of, sums[h][v])',
        ],
        ['has a coarser exponential', '-1.42860677e-6f', '0.f'],
        ['turns by other angles', 'run->cos + at * d / 2', 'run->cos'],
        ['forgets the new token', 't = at + 1;', 't = at;'],
        ['rounds bytes down', '_mm256_cvtps_epi32(x)', '_mm256_cvttps_epi32(x)'],
        ['has a logistic function of its own', '8.51377133304701e-03f', '8.51377233304701e-03f'],
        [
          'turns blocks with two roundings',
          'sum = _mm256_fmadd_ps(_mm256_broadcast_ss(row + first + i), _mm256_loadu_ps(turn + i * size + j), sum)',
          'sum = _mm256_add_ps(_mm256_mul_ps(_mm256_broadcast_ss(row + first + i), _mm256_loadu_ps(turn + i * size + j)), sum)',
        ],
        [
          'adds squares in pairs',
          'lane < WIDTH; lane++) total += squares[lane]',
          'lane < WIDTH; lane += 2) total += squares[lane] + squares[lane + 1]',
        ],
      ])('fails where one %s', async (name, from, to) => {
        expect(await computesAlike(compileChanged(name.replaceAll(' ', '-'), from, to))).toBe(false);
      });
    });
  },
);

describe.skipIf(!canCompile)('findOwnOperators', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(folder, 'cache-'));
  });

  const find = (path = process.env['PATH']) =>
    findOwnOperators({ ...process.env, ONESHOT_CACHE: cache, PATH: path });
  const kept = () => readdirSync(join(cache, 'native'));

  it('compiles ours once, and finds it without a compiler from then on', async () => {
    const first = await find();
    expect(first.file).toMatch(/native\/operators-[0-9a-f]{16}\.so$/);
    expect(kept()).toHaveLength(1);
    expect(await find('/nowhere')).toEqual(first);
  });

  it('takes those of the library where there is no compiler, and says what to install', async () => {
    const reason = 'there is no C compiler "cc"; install gcc or clang';
    expect(await find('/nowhere')).toEqual({ file: undefined, reason });
    expect(kept()).toEqual([]);
  });

  it('takes those of the library where the compiler fails, and leaves nothing', async () => {
    const tools = mkdtempSync(join(folder, 'tools-'));
    writeFileSync(join(tools, 'cc'), '#!/bin/sh\necho it is broken >&2; exit 1\n', { mode: 0o755 });
    const reason = expect.stringContaining('it is broken');
    expect(await find(`${tools}:/bin`)).toEqual({ file: undefined, reason });
    expect(kept()).toEqual([]);
  });

  it('takes those of the library where nothing can be written', async () => {
    writeFileSync(join(cache, 'native'), '');
    expect(await find()).toEqual({ file: undefined, reason: expect.stringContaining('native') });
  });

  it('has a damaged file compiled again the next time', async () => {
    const { file } = await find();
    rmSync(file as string);
    writeFileSync(file as string, 'not a library');
    expect(await find()).toEqual({ file: undefined, reason: expect.stringContaining('native') });
    expect(await find()).toEqual({ file, products: hasVnni });
  });
});
