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
import { digestBits } from '#shared/inference/runtime/digest-check.ts';
import { computesAlike, findOwnOperators, multipliesAlike } from '#shared/inference/runtime/own-operators.ts';
import { productsBits } from '#shared/inference/runtime/products-check.ts';
import { rowsBits } from '#shared/inference/runtime/rows-check.ts';
import { microcosm, writeRandomModel } from '../random-model.ts';

const source = join(packageRoot, 'shared/inference/native');
const folder = mkdtempSync(join(tmpdir(), 'oneshot-operators-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasVnni = canCompile && /\bavx512_vnni\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));

/** A text of the source, and what stands in its place. */
type Change = readonly [from: string, to: string];

const NO_VNNI: Change = ['__builtin_cpu_supports("avx512vnni")', '0'];

/** Compiles the operators after their source was changed. */
function compileChanged(name: string, changes: readonly Change[], ...flags: readonly string[]): string {
  const changed = mkdtempSync(join(folder, `${name.replaceAll(' ', '-')}-`));
  const texts = readdirSync(source).map(
    (entry) => [entry, readFileSync(join(source, entry), 'utf8')] as const,
  );
  for (const [from] of changes) expect(texts.some(([, text]) => text.includes(from))).toBe(true);
  for (const [entry, text] of texts)
    writeFileSync(
      join(changed, entry),
      changes.reduce((made, [from, to]) => made.replaceAll(from, to), text),
    );
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
        {
          numRuns: 15,
          examples: [[{ heads: 5, kvHeads: 1, headDim: 32, lengths: [70], packed: true, threads: 2 }]],
        },
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

    const products = fc.record({
      rows: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
      inner: fc.integer({ min: 1, max: 45 }).map((eights) => 8 * eights),
      outer: fc.integer({ min: 1, max: 300 }),
      threads: fc.integer({ min: 1, max: 3 }),
    });
    const leaveBitsOfProducts = (operators: string, bits: 8 | 4) =>
      fc.assert(
        fc.asyncProperty(products, async (random) => {
          const own = await productsBits({ ...random, bits }, operators);
          expect(own.equals(await productsBits({ ...random, bits, threads: 1 }))).toBe(true);
        }),
        { numRuns: 30 },
      );

    it('leave the bits of products by weights of 4 bits for rows and columns of any number and size', () =>
      leaveBitsOfProducts(file, 4));

    describe('on a processor without VNNI', () => {
      const without = compileChanged('no VNNI', [NO_VNNI]);

      it('leave those bits too', () => leaveBitsOfProducts(without, 4));

      it('are ours, but for products by weights of 8 bits', async () => {
        expect(await computesAlike(without)).toBe(true);
        expect(await multipliesAlike(without)).toBe(false);
      });
    });

    describe.skipIf(!hasVnni)(`with it${hasVnni ? '' : ' (skipped: no AVX-512 VNNI)'}`, () => {
      it('leave the bits of products by weights of 8 bits', () => leaveBitsOfProducts(file, 8));

      it('refuse columns that are no multiple of eight weights', async () => {
        const trial = { bits: 8, rows: [1], inner: 12, outer: 8, threads: 1 } as const;
        await expect(productsBits(trial, file)).rejects.toThrow(
          expect.objectContaining({ code: 'inference-failed' }),
        );
      });

      it('multiply as the library does', async () => expect(await multipliesAlike(file)).toBe(true));

      it.each([
        [
          'leave out the last weights',
          'group < inner; group += GROUP',
          'group + GROUP < inner; group += GROUP',
        ],
        ['forget a sum', '_mm512_add_epi32(sums[row][0][v], sums[row][1][v])', 'sums[row][0][v]'],
        ['take 128 for 0 in one of two', '-= ZERO_BYTE * (int8_t)', '-= 0 * (int8_t)'],
        [
          'round scale and bias once',
          'x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, to->bias + first))',
          'x = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, to->scales + first), _mm512_set1_ps(to->rowScales[row])), _mm512_maskz_loadu_ps(mask, to->bias + first))',
        ],
        ['give rows the scale of another', 'run->rowScales + row', 'run->rowScales'],
        ['miss a row', 'row += count', 'row += count + 1'],
      ])('are not taken for products where they %s', async (name, from, to) => {
        expect(await multipliesAlike(compileChanged(name, [[from, to]]))).toBe(false);
      });
    });

    it('leave the bits of what tokens are drawn by', async () => {
      const trial = fc.record({
        rows: fc.integer({ min: 1, max: 6 }),
        vocabulary: fc.integer({ min: 2, max: 3000 }),
        spread: fc.constantFrom(0, 0.1, 4, 60, 1e4),
        threads: fc.integer({ min: 1, max: 2 }),
        repeated: fc.constantFrom(0, -3, 7, 1e5, Number.POSITIVE_INFINITY),
      });
      await fc.assert(
        fc.asyncProperty(trial, async (random) => {
          const own = await digestBits(random, file);
          const library = await digestBits({ ...random, threads: 1 });
          // A sum that is not finite says that nothing else counts.
          const counts = library.at(-1) === 1;
          expect(own.at(-1)).toBe(library.at(-1));
          if (counts) expect(own.equals(library)).toBe(true);
        }),
        { numRuns: 60 },
      );
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
      compileChanged('warnings', [], '-O3', '-Wall', '-Wextra', '-Werror');
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
        ['appends nothing for a row alone', 'run->together < kernel->heads / kernel->kvHeads', '0'],
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
        [
          'takes the last of equal logits',
          'return i + __builtin_ctz(found)',
          'return i + 31 - __builtin_clz(found)',
        ],
        ['forgets the temperature', 'shares[i] = logits[i] * inverse', 'shares[i] = logits[i]'],
        ['divides shares', 'shares[i] *= share', 'shares[i] /= sum'],
        ['takes the halves of a byte the other way round', 'place % 2 * 4', '(1 - place % 2) * 4'],
        ['has one multiplier for a column', 'k / GROUP * outer + first', 'first'],
      ])('fails where one %s', async (name, from, to) => {
        expect(await computesAlike(compileChanged(name, [[from, to]]))).toBe(false);
      });

      it.each([
        ['takes 8 for 0 in nibbles', '_mm_cvtsi128_si32(_mm_sub_epi16(_mm_setzero_si128(), sums))', '0'],
        [
          'keeps what the last group left',
          'pairs[row][v] = _mm256_set1_epi32',
          'pairs[row][v] += _mm256_set1_epi32',
        ],
        [
          'gives rows the groups of another',
          'run->signedRows.zeros + row * groupsOf(matrix->inner)',
          'run->signedRows.zeros',
        ],
        ['leaves out half of a panel', 'first < PANEL; first += BLOCK', 'first < BLOCK; first += BLOCK'],
      ])('fails where one without VNNI %s', async (name, from, to) => {
        expect(await computesAlike(compileChanged(name, [NO_VNNI, [from, to]]))).toBe(false);
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
