import { TEXT_TOKENS } from './calibration-tokens.ts';
import { matrixRows } from './matrix-rows.ts';
import { type MatrixSource, vectorOf, weightOf } from './matrix-source.ts';

/** Values of the tokens of one text, [K, TEXT_TOKENS], a column for each token. */
export type TokenColumns = Float64Array;

/**
 * The products by a linear layer of a model, with its bias where it has one, in fp64: one sum after the other, so that they are the same
 * on every machine.
 */
export async function products(
  layer: string,
  inputs: readonly TokenColumns[],
  source: MatrixSource,
): Promise<TokenColumns[]> {
  const weight = weightOf(`${layer}.weight`, source);
  const [outer, inner] = weight.shape as [number, number];
  const outputs = inputs.map(() => new Float64Array(outer * TEXT_TOKENS));
  let row = 0;
  for await (const rows of matrixRows(source.directory, weight))
    for (let first = 0; first < rows.length; first += inner, row++)
      for (const [i, input] of inputs.entries())
        multiplyRow(rows, first, input, outputs[i] as TokenColumns, row * TEXT_TOKENS);
  const bias = `${layer}.bias`;
  if (source.weights.has(bias)) {
    const values = await vectorOf(bias, source);
    for (const output of outputs)
      for (let i = 0; i < output.length; i++)
        output[i] = (output[i] as number) + (values[Math.floor(i / TEXT_TOKENS)] as number);
  }
  return outputs;
}

/** One row of weights by all tokens, whose sums do not wait for one another. */
function multiplyRow(
  rows: Float32Array,
  first: number,
  input: TokenColumns,
  output: TokenColumns,
  at: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let i = 0, weight = first; i < input.length; i += TEXT_TOKENS, weight++) {
    const value = rows[weight] as number;
    a += value * (input[i] as number);
    b += value * (input[i + 1] as number);
    c += value * (input[i + 2] as number);
    d += value * (input[i + 3] as number);
    e += value * (input[i + 4] as number);
    f += value * (input[i + 5] as number);
    g += value * (input[i + 6] as number);
    h += value * (input[i + 7] as number);
  }
  output[at] = a;
  output[at + 1] = b;
  output[at + 2] = c;
  output[at + 3] = d;
  output[at + 4] = e;
  output[at + 5] = f;
  output[at + 6] = g;
  output[at + 7] = h;
}

/**
 * Each token divided by the root of its mean square; zeros stay.
 *
 * @param epsilon - added to the mean square
 */
export function normalised(columns: TokenColumns, epsilon: number): TokenColumns {
  const count = columns.length / TEXT_TOKENS;
  const squares = new Float64Array(TEXT_TOKENS);
  for (const [i, value] of columns.entries())
    squares[i % TEXT_TOKENS] = (squares[i % TEXT_TOKENS] as number) + value * value;
  const factors = squares.map((sum) => (sum === 0 ? 0 : 1 / Math.sqrt(sum / count + epsilon)));
  return columns.map((value, i) => value * (factors[i % TEXT_TOKENS] as number));
}

/** @param gains - [K] */
export function scaled(columns: TokenColumns, gains: Float64Array): TokenColumns {
  return columns.map((value, i) => value * (gains[Math.floor(i / TEXT_TOKENS)] as number));
}

export function sum(columns: TokenColumns, others: TokenColumns): TokenColumns {
  return columns.map((value, i) => value + (others[i] as number));
}
