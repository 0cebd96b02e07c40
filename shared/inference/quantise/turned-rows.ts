import type { Matrix } from '../graph/matrices.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Calibration } from './calibrate.ts';
import type { Directions } from './feedback.ts';
import { matrixRows } from './matrix-rows.ts';
import { type MatrixSource, vectorOf, weightOf } from './matrix-source.ts';
import type { Rotation } from './rotation.ts';
import { rotationsOf } from './rotations.ts';

/** Rows that are turned and rounded at a time, at least: few enough to stay near the processor. */
const FEW_ROWS = 64;
/** Columns of rows that are turned among one another, copied at a time: as many as memory brings at once, twice. */
const FEW_COLUMNS = 16;

/**
 * The rows of all parts of a matrix, in their order, of a model that was turned as `Rotations` says and whose inner values are scaled
 * as `Calibration` says: [rows, K], several at a time, each valid until the next are asked for.
 */
export async function* turnedRows(
  matrix: Matrix,
  source: MatrixSource,
  calibration: Calibration,
): AsyncGenerator<Float64Array> {
  const { residual, head } = rotationsOf(source.config);
  const gains = await gainsOf(matrix, source, calibration);
  const ofColumns = columnTurn(matrix, source.config);
  for (const part of matrix.parts) {
    const weight = weightOf(part, source);
    const width = weight.shape[1] as number;
    const ofRows = part.endsWith('.v_proj.weight') ? head : matrix.norm ? undefined : residual; // into the residual stream
    const count = ofRows?.size ?? FEW_ROWS;
    const scales = part.endsWith('.up_proj.weight') ? innerScalesOf(matrix, calibration) : undefined;
    const pieces = matrixRows(source.directory, weight);
    let done = 0;
    for await (const rows of inDouble(pieces, count * width, gains)) {
      if (scales) scaleRows(rows, width, scales.subarray(done));
      done += rows.length / width;
      for (let first = 0; first < rows.length; first += ofColumns.size) ofColumns.turn(rows, first);
      if (ofRows) turnTogether(rows, width, ofRows);
      yield rows;
    }
  }
}

/** The directions of what a matrix reads, in the turned model. */
export function turnedDirections(
  matrix: Matrix,
  { config }: MatrixSource,
  { directions }: Calibration,
): Directions {
  const found = directions.get(matrix.name);
  if (!found) throw new Error(`nothing is known of what ${matrix.name} reads`);
  const turn = columnTurn(matrix, config);
  const turned = (direction: Float64Array) => {
    const values = Float64Array.from(direction);
    for (let first = 0; first < values.length; first += turn.size) turn.turn(values, first);
    return values;
  };
  const [first, others] = found;
  return [turned(first), turned(others)];
}

/** The turn of what a matrix reads. */
function columnTurn(matrix: Matrix, config: ModelConfig): Rotation {
  const { residual, head, inner } = rotationsOf(config);
  if (matrix.norm !== undefined) return residual;
  return matrix.heads === 'columns' ? head : inner;
}

/** What the columns of a matrix are multiplied by, where they are. */
async function gainsOf(
  matrix: Matrix,
  source: MatrixSource,
  calibration: Calibration,
): Promise<Float64Array | undefined> {
  if (matrix.norm !== undefined) return vectorOf(`${matrix.norm}.weight`, source);
  if (!matrix.name.endsWith('.down_proj')) return undefined;
  return innerScalesOf(matrix, calibration).map((scale) => 1 / scale);
}

function innerScalesOf(matrix: Matrix, { innerScales }: Calibration): Float64Array {
  if (!innerScales) throw new Error(`no scales are known of the inner values of ${matrix.name}`);
  return innerScales;
}

/** @param rows - [at most as many as there are scales, width] */
function scaleRows(rows: Float64Array, width: number, scales: Float64Array): void {
  for (let first = 0, row = 0; first < rows.length; first += width, row++)
    for (let i = first; i < first + width; i++) rows[i] = (rows[i] as number) * (scales[row] as number);
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

/**
 * The same numbers in order, `length` at a time and fewer at the end, in memory that is used again.
 *
 * @param length - of whole rows
 * @param gains - [K], that each row is multiplied by
 */
async function* inDouble(
  pieces: AsyncIterable<Float32Array>,
  length: number,
  gains?: Float64Array,
): AsyncGenerator<Float64Array> {
  const block = new Float64Array(length);
  let filled = 0;
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + length - filled);
      if (gains) putScaled(taken, gains, block, filled);
      else block.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < length) continue;
      yield block;
      filled = 0;
    }
  if (filled > 0) yield block.subarray(0, filled);
}

function putScaled(rows: Float32Array, gains: Float64Array, block: Float64Array, at: number): void {
  for (let first = 0; first < rows.length; first += gains.length)
    for (let i = 0; i < gains.length; i++)
      block[at + first + i] = (rows[first + i] as number) * (gains[i] as number);
}

/** Turns rows among one another. @param rows - [size of the turn, width] */
function turnTogether(rows: Float64Array, width: number, turn: Rotation): void {
  const { size } = turn;
  const columns = new Float64Array(FEW_COLUMNS * size);
  for (let start = 0; start < width; start += FEW_COLUMNS) {
    const count = Math.min(FEW_COLUMNS, width - start);
    for (let row = 0; row < size; row++)
      for (let i = 0; i < count; i++) columns[i * size + row] = rows[row * width + start + i] as number;
    for (let i = 0; i < count; i++) turn.turn(columns, i * size);
    for (let row = 0; row < size; row++)
      for (let i = 0; i < count; i++) rows[row * width + start + i] = columns[i * size + row] as number;
  }
}
