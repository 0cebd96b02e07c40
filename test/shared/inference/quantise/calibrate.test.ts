import { rm } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { type Matrix, matricesOf } from '#shared/inference/graph/matrices.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { calibrate } from '#shared/inference/quantise/calibrate.ts';
import { matrixRows } from '#shared/inference/quantise/matrix-rows.ts';
import { type MatrixSource, vectorOf, weightOf } from '#shared/inference/quantise/matrix-source.ts';
import { turnedDirections, turnedRows } from '#shared/inference/quantise/turned-rows.ts';
import { microcosm, writeRandomModel } from '../random-model.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function randomSource(): Promise<MatrixSource> {
  const directory = await writeRandomModel(microcosm);
  folders.push(directory);
  return { directory, config: await readModelConfig(directory), weights: await locateWeights(directory) };
}

/** The rows of all parts of a matrix, as they are. */
async function* plainRows({ parts }: Matrix, source: MatrixSource): AsyncGenerator<Float32Array> {
  for (const part of parts) yield* matrixRows(source.directory, weightOf(part, source));
}

/** The length of the product by some rows [N, K]. */
async function lengthOf(rows: AsyncIterable<ArrayLike<number>>, input: ArrayLike<number>): Promise<number> {
  let squares = 0;
  for await (const piece of rows)
    for (let first = 0; first < piece.length; first += input.length) {
      let sum = 0;
      for (let i = 0; i < input.length; i++) sum += (piece[first + i] as number) * (input[i] as number);
      squares += sum * sum;
    }
  return Math.sqrt(squares);
}

it('knows of every matrix, in their order', async () => {
  const source = await randomSource();
  const { config } = source;
  const known: [string, number][] = [];
  for await (const { directions, innerScales } of calibrate(source)) {
    for (const [name, [first, others]] of directions) {
      expect(others).toHaveLength(first.length);
      known.push([name, first.length]);
    }
    expect(innerScales?.length).toBe(directions.has('lm_head') ? undefined : config.intermediate);
  }
  expect(known).toEqual(matricesOf(config).map(({ name, inner }) => [name, inner]));
});

it('has directions in which the turned and scaled matrices do what the plain ones did', async () => {
  const source = await randomSource();
  for await (const calibration of calibrate(source))
    for (const matrix of matricesOf(source.config)) {
      const found = calibration.directions.get(matrix.name);
      if (!found || matrix.name.endsWith('.gate_up_proj')) continue; // whose rows have scales of their own
      const scales = matrix.name.endsWith('.down_proj') ? calibration.innerScales : undefined;
      const gains = matrix.norm === undefined ? undefined : await vectorOf(`${matrix.norm}.weight`, source);
      for (const [i, turned] of turnedDirections(matrix, source, calibration).entries()) {
        const plain = (found[i] as Float64Array).map(
          (value, at) => (value * (gains?.[at] ?? 1)) / (scales?.[at] ?? 1),
        );
        const made = await lengthOf(turnedRows(matrix, source, calibration), turned);
        expect(made / (await lengthOf(plainRows(matrix, source), plain))).toBeCloseTo(1, 9);
      }
    }
});
