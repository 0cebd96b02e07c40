import type { Matrix } from '../graph/matrices.ts';
import type { Weight } from '../model-weights.ts';
import { matrixRows } from './matrix-rows.ts';
import type { MatrixSource } from './quantise-matrix.ts';
import { type Rotations, rotationsOf } from './rotations.ts';

/**
 * The rows of all parts of a matrix, in their order, of a model that was turned as `Rotations` says; each is valid until the next
 * is asked for.
 */
export async function* turnedRows(matrix: Matrix, source: MatrixSource): AsyncGenerator<Float64Array> {
  const rotations = rotationsOf(source.config);
  const gains = matrix.norm === undefined ? undefined : await vectorOf(`${matrix.norm}.weight`, source);
  for (const part of matrix.parts) {
    const rows = turnedColumns(matrix, weightOf(part, source), gains, rotations, source);
    if (part.endsWith('.v_proj.weight')) yield* turnedTogether(rows, rotations.head.size, rotations.head);
    else if (matrix.norm === undefined)
      // into the residual stream
      yield* turnedTogether(rows, matrix.outer, rotations.residual);
    else yield* rows;
  }
}

/** The bias of a matrix, turned as its rows: [N] of the model. */
export async function turnedBias(matrix: Matrix, source: MatrixSource): Promise<Float64Array> {
  const rotations = rotationsOf(source.config);
  const all: number[] = [];
  for (const name of matrix.biases) {
    const bias = await vectorOf(name, source);
    const turn = name.endsWith('.v_proj.bias')
      ? rotations.head
      : name.endsWith('.o_proj.bias')
        ? rotations.residual
        : undefined;
    if (turn) for (let first = 0; first < bias.length; first += turn.size) turn.turn(bias, first);
    all.push(...bias);
  }
  return Float64Array.from(all);
}

/** Rows whose columns take back the turn of what the matrix reads. */
async function* turnedColumns(
  matrix: Matrix,
  weight: Weight,
  gains: Float64Array | undefined,
  { residual, head, inner }: Rotations,
  { directory }: MatrixSource,
): AsyncGenerator<Float64Array> {
  const turn = gains ? residual : matrix.heads === 'columns' ? head : inner;
  for await (const row of matrixRows(directory, weight)) {
    const turned = new Float64Array(row);
    if (gains)
      for (let i = 0; i < turned.length; i++) turned[i] = (turned[i] as number) * (gains[i] as number);
    for (let first = 0; first < turned.length; first += turn.size) turn.turn(turned, first);
    yield turned;
  }
}

/** Rows of which `count` at a time are turned among one another. */
async function* turnedTogether(
  rows: AsyncIterable<Float64Array>,
  count: number,
  turn: Rotations['head'],
): AsyncGenerator<Float64Array> {
  let held: Float64Array[] = [];
  for await (const row of rows) {
    held.push(row);
    if (held.length < count) continue;
    const column = new Float64Array(count);
    for (let i = 0; i < row.length; i++) {
      for (let j = 0; j < count; j++) column[j] = (held[j] as Float64Array)[i] as number;
      turn.turn(column);
      for (let j = 0; j < count; j++) (held[j] as Float64Array)[i] = column[j] as number;
    }
    yield* held;
    held = [];
  }
}

async function vectorOf(name: string, source: MatrixSource): Promise<Float64Array> {
  const weight = weightOf(name, source);
  const asRow = { ...weight, shape: [1, ...weight.shape] };
  for await (const row of matrixRows(source.directory, asRow)) return new Float64Array(row);
  throw new Error(`${name} is empty`);
}

function weightOf(name: string, { weights }: MatrixSource): Weight {
  const weight = weights.get(name);
  if (!weight) throw new Error(`there is no ${name}`);
  return weight;
}
